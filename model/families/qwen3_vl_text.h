#pragma once

#include "model/families/family.h"
#include "model/families/qwen3_vl_config.h"
#include "model/layers/feed_forward.h"
#include "model/layers/norm.h"
#include "model/layers/rotary.h"

namespace prunescope::model {

/// The language layers of Qwen3-VL (qwen3-vl spec 5).
class Qwen3VlText {
public:
    Qwen3VlText(const TextConfig& config, bool tiedHead, WeightSource& weights, at::Device device,
                at::ScalarType dtype);
    at::Tensor prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                       const Probe& probe) const;
    at::Tensor decode(std::int64_t id, std::int64_t position, KvCache& cache) const;
    KvCache makeCache() const;

private:
    struct Layer {
        RmsNorm inputNorm;
        Linear q;
        Linear k;
        Linear v;
        Linear o;
        RmsNorm qNorm;
        RmsNorm kNorm;
        RmsNorm postNorm;
        SwiGlu mlp;
    };

    Layer loadLayer(WeightSource& weights, const std::string& name) const;
    RotaryTable rotary(const at::Tensor& positions) const;
    at::Tensor attend(const Layer& layer, const at::Tensor& hidden, const RotaryTable& table, std::int64_t index,
                      KvCache& cache) const;
    at::Tensor run(const Layer& layer, const at::Tensor& hidden, const RotaryTable& table, std::int64_t index,
                   KvCache& cache) const;

    TextConfig m_config;
    at::TensorOptions m_options;
    TextRotary m_rotary;
    at::Tensor m_embedding; ///< [vocab, width]
    std::vector<Layer> m_layers;
    RmsNorm m_norm;
    at::Tensor m_head; ///< [vocab, width]
};

} // namespace prunescope::model
