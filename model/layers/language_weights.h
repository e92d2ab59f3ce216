#pragma once

#include "model/config/qwen3_vl_config.h"
#include "model/layers/feed_forward.h"
#include "model/layers/norm.h"
#include "model/layers/rotary.h"

#include <vector>

namespace prunescope::model {

/// Weights of one language layer (qwen3-vl spec 5.1).
struct LanguageLayer {
    RmsNorm inputNorm;
    Linear q;
    Linear k;
    Linear v;
    Linear o;
    RmsNorm qNorm;
    RmsNorm kNorm;
    RmsNorm postNorm;
    SwiGlu mlp;
    std::optional<Linear> qkv = {}; ///< q, k and v stacked, on a GPU

    HeadNorms headNorms() const { return {qNorm.weight, kNorm.weight, qNorm.epsilon}; }
};

/// Weights of the language model: whole prompts (Qwen3VlLanguage) and single tokens (TokenStep) run on the same ones.
struct LanguageWeights {
    LanguageConfig config;
    WeightMatrix embedding; ///< [vocab, width]
    std::vector<LanguageLayer> layers;
    RmsNorm norm;
    Linear head; ///< [vocab, width]; of a tied model the embedding itself
    LanguageRotary rotary;
    at::TensorOptions options; ///< device and dtype of activations
};

} // namespace prunescope::model
