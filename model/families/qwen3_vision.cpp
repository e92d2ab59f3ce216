#include "model/families/qwen3_vision.h"

#include "model/families/config_checks.h"
#include "model/families/config_parts.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace prunescope::model {

namespace {

constexpr Colours kHalves{0.5F, 0.5F, 0.5F};

std::int64_t tableSide(const JsonFields& fields, std::int64_t side) {
    const std::int64_t entries = fields.integer("num_position_embeddings", 1, kMaxId, side * side);
    side = static_cast<std::int64_t>(std::sqrt(static_cast<double>(entries)));
    if (side * side != entries)
        fields.refuse("num_position_embeddings", "a square number");
    return side;
}

std::vector<std::int64_t> deepstackLayers(const JsonFields& fields, const VisionConfig& vision) {
    auto layers = fields.integers("deepstack_visual_indexes", 0, vision.depth - 1, vision.deepstackLayers);
    if (!layers.empty() && layers.back() >= vision.depth) // the default
        fields.fail("deepstack_visual_indexes", "layers below " + std::to_string(vision.depth) + " (depth)");
    if (std::ranges::adjacent_find(layers, std::greater_equal<>()) != layers.end())
        fields.refuse("deepstack_visual_indexes", "rising numbers");
    return layers;
}

} // namespace

void readQwen3Vision(const JsonFields& fields, ModelConfig& config) {
    VisionConfig& vision = config.vision;
    fields.expectInteger("patch_size", vision.geometry.patchPx);
    fields.expectInteger("spatial_merge_size", vision.geometry.merge);
    fields.expectInteger("temporal_patch_size", vision.geometry.frames);
    fields.expectInteger("in_channels", 3);
    fields.expectText("hidden_act", "gelu_pytorch_tanh");
    vision.depth = fields.integer("depth", 1, kMaxLayers, vision.depth);
    vision.width = fields.integer("hidden_size", 1, kMaxWidth, vision.width);
    vision.inner = fields.integer("intermediate_size", 1, kMaxWidth, vision.inner);
    vision.heads = fields.integer("num_heads", 1, kMaxWidth, vision.heads);
    config.projector.outWidth = fields.integer("out_hidden_size", 1, kMaxWidth, 3584);
    config.projector.inner = vision.width * vision.geometry.patchesPerBlock();
    if (vision.width % vision.heads || vision.headDim() % 4)
        fields.refuse("num_heads", "a divisor of hidden_size that leaves heads of a multiple of 4");
    vision.tableSide = tableSide(fields, vision.tableSide);
    vision.deepstackLayers = deepstackLayers(fields, vision);
    config.images.geometry = vision.geometry;
}

PixelLimits readQwen3Images(const JsonFields& preprocessor, PixelLimits limits) {
    preprocessor.expectInteger("patch_size", limits.geometry.patchPx);
    preprocessor.expectInteger("merge_size", limits.geometry.merge);
    preprocessor.expectInteger("temporal_patch_size", limits.geometry.frames);
    expectValues(preprocessor, kHalves, kHalves);
    readAreas(preprocessor, limits);
    return limits;
}

std::vector<TensorPrefixes> qwen3Prefixes() {
    return {{},
            {"visual.", "visual.merger.", "visual.deepstack_merger_list.", "model.", "lm_head."},
            {"visual.", "visual.merger.", "visual.deepstack_merger_list.", "language_model.", "lm_head."},
            {"visual.", "visual.merger.", "visual.deepstack_merger_list.", "language_model.model.",
             "language_model.lm_head."},
            {"vision_tower.", "vision_tower.merger.", "vision_tower.deepstack_merger_list.", "language_model.model.",
             "language_model.lm_head."}};
}

} // namespace prunescope::model
