#include "model/train/training_network.h"

namespace prunescope::model::train {

TrainingNetwork::TrainingNetwork(const Qwen3VlConfig& config, WeightSource& weights, at::Device device,
                                 at::ScalarType type, TrainingScope scope)
    : m_config(config), m_parameters(device, type, std::move(scope)), m_vision(config.vision, weights, m_parameters),
      m_text(config.text, config.tiedHead, weights, m_parameters) {}

void TrainingNetwork::addOcrHeads(std::uint64_t seed) {
    m_heads.emplace(m_config.text.width, m_config.vision.deepstackLayers.size(), seed, m_parameters);
}

} // namespace prunescope::model::train
