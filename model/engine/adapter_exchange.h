#pragma once

#include "model/engine/load_network.h"

namespace prunescope::model {

/// Puts other adapters onto a loaded network, in place of its own.
class AdapterExchange {
public:
    AdapterExchange(ModelFolder folder, std::shared_ptr<KeptWeights> weights, MemoryGauge gauge)
        : m_folder(std::move(folder)), m_weights(std::move(weights)), m_gauge(std::move(gauge)) {}

    /// Makes `network` anew with the adapter in a folder, or with none (kNoAdapter), and says so in `info`. Only the
    /// weights that the one adapter or the other changes are read; those that both leave alone are the same memory as
    /// before. The old network is gone by then, so that weights are never in memory twice. Throws as `loadEngine`; then
    /// the network is made anew with the adapter that it had. There is none only where that could not be read either.
    /// Call under InferenceMode.
    void exchange(std::unique_ptr<VisionLanguageModel>& network, ModelInfo& info, const std::string& adapter,
                  const LoadProgress& progress, std::stop_token stop) const;

    std::int64_t mappedBytes() const { return m_weights->mappedBytes(); }

private:
    ModelFolder m_folder;
    std::shared_ptr<KeptWeights> m_weights;
    MemoryGauge m_gauge;
};

} // namespace prunescope::model
