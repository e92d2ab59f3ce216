#pragma once

#include "model/layers/rotary.h"
#include "model/train/train_vision.h"

namespace prunescope::model::train {

/// The tokens of a batch, one sequence after the other.
struct LanguageRows {
    at::Tensor ids;       ///< [tokens] int64
    at::Tensor positions; ///< [3, tokens] int64
    at::Tensor visual;    ///< [blocks] int64: rows of tokens that stand for a block, in order of the features
    std::vector<std::int64_t> segments; ///< tokens of each sequence
};

/// Qwen3-VL's language layers with gradients (qwen3-vl spec 5): the network of model/families/qwen3_vl_language.h.
class TrainLanguage {
public:
    TrainLanguage(const LanguageConfig& config, bool tiedHead, WeightSource& weights, ParameterSet& parameters);

    /// Hidden state after the last layer and the final norm, of the rows `wanted` [n] int64: [n, width].
    at::Tensor operator()(const LanguageRows& rows, const TrainedFeatures& features, const at::Tensor& wanted) const;
    /// [vocab, width] of the head; logits are its product with hidden states.
    const at::Tensor& head() const { return m_head; }
    const at::Tensor& embedding() const { return m_embedding; }

private:
    struct Layer {
        at::Tensor norm1, norm2, qNorm, kNorm;
        Matrix q, k, v, o, gate, up, down;
    };

    at::Tensor attend(const Layer& layer, const at::Tensor& hidden, const RotaryTable& rotary,
                      const std::vector<std::int64_t>& segments) const;

    LanguageConfig m_config;
    LanguageRotary m_rotary;
    at::Tensor m_embedding, m_norm, m_head;
    std::vector<Layer> m_layers;
};

} // namespace prunescope::model::train
