#pragma once

#include "model/pruners/language_pruner.h"

#include <span>

namespace prunescope::model {

/// Tokens that DART compares the others with (uniprune spec 3), rising.
struct DartPivots {
    std::vector<std::int64_t> image; ///< of the visual tokens
    std::vector<std::int64_t> text;  ///< of the text after the last picture
};

/// L1 length of each token's keys, all heads together: [kvHeads, tokens, headDim] -> [tokens].
at::Tensor keySizes(const at::Tensor& keys);

/// The `image` and `text` tokens whose keys are largest (L1, all heads); fewer where `count` has no room for so many.
DartPivots dartPivots(const LayerTokens& tokens, std::int64_t count, std::int64_t image, std::int64_t text);

/// Cosines [pivots, n] of the pivots, those of the picture first, to the visual tokens: of normed states, on the host.
at::Tensor dartCosines(const LayerTokens& tokens, const DartPivots& pivots);

/// The pivots of the picture and, for one pivot after the other, the tokens least like it: `count` in all, rising.
std::vector<std::int64_t> dartTokens(const at::Tensor& cosines, std::span<const std::int64_t> imagePivots,
                                     std::int64_t count);

} // namespace prunescope::model
