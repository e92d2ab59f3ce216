#include "model/train/training_network.h"

#include "model/train/trained_weights.h"

namespace prunescope::model::train {

TrainingNetwork::TrainingNetwork(const ModelConfig& config, WeightSource& weights, at::Device device,
                                 at::ScalarType type, TrainingScope scope)
    : m_parameters(device, type, std::move(scope)) {
    TrainedWeights trained(weights, m_parameters);
    m_network = std::make_unique<VisionLanguageModel>(config, std::string(), trained,
                                                      WeightTarget{device, type, WeightFormat::Native});
}

void TrainingNetwork::addOcrHeads(std::uint64_t seed) {
    m_heads.emplace(config().text.width, config().vision.deepstackLayers.size(), seed, m_parameters);
}

} // namespace prunescope::model::train
