#include "model/network/network.h"

#include "core/base/error.h"
#include "model/families/families.h"
#include "model/network/layer_count.h"

namespace prunescope::model {

namespace {

/// How this checkpoint calls its parts; the first way where it is none of them, so that errors name released tensors.
const TensorPrefixes& prefixesOf(const ModelConfig& config, const WeightSource& weights) {
    const std::string patches = std::string(config.vision.names.patches) + ".weight";
    for (const TensorPrefixes& prefixes : config.prefixes)
        if (weights.has(std::string(prefixes.language) + "embed_tokens.weight") &&
            weights.has(std::string(prefixes.vision) + patches))
            return prefixes;
    return config.prefixes.front();
}

} // namespace

VisionLanguageModel::VisionLanguageModel(const ModelConfig& config, const std::string& name, WeightSource& weights,
                                         const WeightTarget& target)
    : VisionLanguageModel(config, name, weights, target, prefixesOf(config, weights)) {}

VisionLanguageModel::VisionLanguageModel(const ModelConfig& config, const std::string& name, WeightSource& weights,
                                         const WeightTarget& target, const TensorPrefixes& prefixes)
    : m_vision(config, prefixes, weights, target), m_text(config.text, prefixes, weights, target) {
    m_traits.config = config;
    m_traits.shape = config.shape(name);
    m_traits.device = target.device;
    m_traits.dtype = target.dtype;
    m_traits.packed = weights.hasPacked();
    m_traits.weightBytes = weights.bytes();
    m_traits.visionBytes = m_vision.matrixBytes();
    m_traits.languageBytes = m_text.matrixBytes();
}

void VisionLanguageModel::checkPlace(Place place, int vitLayer) const {
    requirePixelPlace(m_traits.config, place);
    if (place == Place::VisionLayer)
        checkPruneLayer(m_traits.config, vitLayer);
}

std::unique_ptr<VisionLanguageModel> loadModel(const ModelConfig& config, const std::string& configPath,
                                               const std::string& name, WeightSource& weights,
                                               const WeightTarget& target) {
    requireNoFurtherLayers(config, prefixesOf(config, weights), weights, configPath);
    return std::make_unique<VisionLanguageModel>(config, name, weights, target);
}

std::unique_ptr<VisionLanguageModel> makeRandomModel(std::string_view shape, const WeightTarget& target) {
    const auto weights = randomWeights(target);
    return std::make_unique<VisionLanguageModel>(publishedConfig(shape), std::string(shape), *weights, target);
}

} // namespace prunescope::model
