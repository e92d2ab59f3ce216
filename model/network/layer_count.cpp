#include "model/network/layer_count.h"

#include "core/base/error.h"
#include "core/base/format.h"

namespace prunescope::model {

namespace {

/// Layers that are numbered from 0: `prefix`N`suffix` is a tensor of each.
struct Numbered {
    const char* field;
    std::int64_t count; ///< as config.json says
    std::string prefix;
    std::string suffix;
};

void requireEnd(const Numbered& layers, const WeightSource& weights, const std::string& where) {
    const auto nameOf = [&](std::int64_t index) { return layers.prefix + std::to_string(index) + layers.suffix; };
    std::int64_t found = layers.count;
    while (weights.has(nameOf(found)))
        ++found;
    if (found > layers.count)
        throw Error(ErrorKind::BadFile, where + ": " + layers.field + " says " + formatCounted(layers.count, "layer") +
                                            ", expected " + std::to_string(found) + ": the weights have " +
                                            nameOf(found - 1));
}

} // namespace

void requireNoFurtherLayers(const ModelConfig& config, const TensorPrefixes& prefixes, const WeightSource& weights,
                            const std::string& where) {
    const VisionNames& names = config.vision.names;
    const std::string vision(prefixes.vision);
    requireEnd({config.fields.languageLayers, config.text.layers, std::string(prefixes.language) + "layers.",
                ".input_layernorm.weight"},
               weights, where);
    requireEnd({config.fields.visionLayers, config.vision.depth, vision + std::string(names.layer),
                "." + std::string(names.norm1) + ".weight"},
               weights, where);
    requireEnd({config.fields.deepstack, static_cast<std::int64_t>(config.vision.deepstackLayers.size()),
                std::string(prefixes.deepstack), "." + std::string(config.projector.normName) + ".weight"},
               weights, where);
}

} // namespace prunescope::model
