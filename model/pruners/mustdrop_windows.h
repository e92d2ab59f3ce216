#pragma once

#include "model/pruners/encoder_pruner.h"

#include <cstdint>
#include <vector>

namespace prunescope::model {

/// The half of MustDrop that looks at the encoder's result (uniprune spec 4).

/// Mean cosine of the pairs of each whole window of 3x3 blocks, row by row; nothing of what rows and columns leave over
/// by three, nor of windows with a block that is gone. A window lies within a tile.
std::vector<float> windowSimilarities(const VisualTokens& tokens);

/// Windows with a mean cosine of 0.8 and more become their mean, which stands for the block in the middle; all other
/// tokens stay as they are. Scores: 1 less the mean cosine of a token's window, where it is in one. Any thread.
TokenChoice mergedWindows(const VisualTokens& tokens);

/// The ceil(8 n / 100) most important of n tokens, which no layer drops, rising: those of largest `encoderAttention`
/// [n].
std::vector<std::int64_t> keySet(const at::Tensor& encoderAttention);

} // namespace prunescope::model
