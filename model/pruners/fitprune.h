#pragma once

#include "model/pruners/language_pruner.h"

namespace prunescope::model {

/// What FitPrune decides from (uniprune spec 3): attention to each visual token of a picture, the largest of the heads.
struct MutualAttention {
    at::Tensor own;   ///< [n] from the picture's tokens, over their number
    at::Tensor cross; ///< [n] from the text after the last picture
};

/// Of the tokens of a layer with the queries of all rows, or of those of the picture and the text.
MutualAttention mutualAttention(const LayerTokens& tokens);

} // namespace prunescope::model
