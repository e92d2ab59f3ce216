#pragma once

#include "model/decode/token_step.h"
#include "model/families/family.h"
#include "model/families/qwen3_vl_layers.h"
#include "model/layers/residual.h"

namespace prunescope::model {

/// The language layers of Qwen3-VL (qwen3-vl spec 5).
class Qwen3VlText {
public:
    Qwen3VlText(const TextConfig& config, bool tiedHead, WeightSource& weights, at::Device device,
                at::ScalarType dtype);
    Qwen3VlText(const Qwen3VlText&) = delete; // the step looks at the weights where they are
    Qwen3VlText& operator=(const Qwen3VlText&) = delete;
    at::Tensor prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                       const Probe& probe) const;
    at::Tensor decode(std::int64_t id, std::int64_t position, KvCache& cache) const;
    std::optional<std::int64_t> decodeGreedy(std::int64_t id, std::int64_t position, KvCache& cache) const;
    KvCache makeCache() const;

private:
    TextLayer loadLayer(WeightSource& weights, const std::string& name) const;
    RotaryTable rotary(const at::Tensor& positions) const;
    at::Tensor attend(const TextLayer& layer, const at::Tensor& hidden, const RotaryTable& table, std::int64_t index,
                      KvCache& cache) const;
    void run(const TextLayer& layer, Residual& hidden, const RotaryTable& table, std::int64_t index,
             KvCache& cache) const;

    TextWeights m_weights;
    std::unique_ptr<TokenStep> m_step; ///< nullptr where decoding goes the general way
};

} // namespace prunescope::model
