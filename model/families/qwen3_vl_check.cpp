#include "model/families/qwen3_vl_check.h"

#include "core/base/error.h"
#include "core/base/format.h"

namespace prunescope::model {

namespace {

/// Layers that are numbered from 0: `prefix`N`suffix` is a tensor of each.
struct Numbered {
    const char* field;
    std::int64_t count; ///< as config.json says
    const char* prefix;
    const char* suffix;
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

void requireNoFurtherLayers(const Qwen3VlConfig& config, const WeightSource& weights, const std::string& where) {
    requireEnd({"text_config.num_hidden_layers", config.text.layers, "model.language_model.layers.",
                ".input_layernorm.weight"},
               weights, where);
    requireEnd({"vision_config.depth", config.vision.depth, "model.visual.blocks.", ".norm1.weight"}, weights, where);
    requireEnd({"vision_config.deepstack_visual_indexes",
                static_cast<std::int64_t>(config.vision.deepstackLayers.size()), "model.visual.deepstack_merger_list.",
                ".norm.weight"},
               weights, where);
}

} // namespace prunescope::model
