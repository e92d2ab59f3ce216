#include "model/families/model_config.h"

#include <algorithm>

namespace prunescope::model {

namespace {

int size(std::int64_t value) {
    return static_cast<int>(value);
}

AttentionReach reachOf(const VisionConfig& vision) {
    AttentionReach reach;
    reach.windowPatches = size(vision.windowBlocks * vision.windowBlocks) * vision.geometry.patchesPerBlock();
    if (reach.windowPatches > 0)
        reach.fullLayers = size(std::count_if(vision.fullLayers.begin(), vision.fullLayers.end(),
                                              [&](std::int64_t layer) { return layer < vision.runLayers(); }));
    if (vision.tiles)
        reach.tilePatches = size(vision.tableSide * vision.tableSide);
    return reach;
}

LinearLayers linearLayersOf(const LanguageConfig& text) {
    const LinearAttention& linear = text.linearAttention;
    const auto layers = size(std::count(text.linear.begin(), text.linear.end(), true));
    return {layers,
            size(linear.keyHeads),
            size(linear.valueHeads),
            size(linear.keyDim),
            size(linear.valueDim),
            layers > 0 ? size(linear.kernel) : 0};
}

/// Numbers of a matrix with or without a bias.
std::int64_t matrix(std::int64_t in, std::int64_t out, bool bias) {
    return in * out + (bias ? out : 0);
}

std::int64_t norm(NormKind kind, std::int64_t width) {
    return kind == NormKind::Layer ? 2 * width : width;
}

std::int64_t visionLayer(const VisionConfig& vision) {
    const std::int64_t width = vision.width, inner = vision.inner;
    const std::int64_t in = vision.activation == Activation::SwiGlu ? 2 : 1;
    const std::int64_t scales = (vision.names.scale1.empty() ? 0 : width) + (vision.names.scale2.empty() ? 0 : width);
    return 4 * matrix(width, width, true) + in * matrix(width, inner, true) + matrix(inner, width, true) +
           2 * norm(vision.norm, width) + scales;
}

std::int64_t encoderCount(const VisionConfig& vision) {
    const std::int64_t width = vision.width, classTokens = vision.tiles ? 1 : 0;
    const std::int64_t entries = vision.tableSide * vision.tableSide + (vision.tableSide > 0 ? classTokens : 0);
    return matrix(vision.geometry.patchFeatures(), width, vision.patchBias) + (classTokens + entries) * width +
           (vision.names.firstNorm.empty() ? 0 : norm(vision.norm, width)) + vision.depth * visionLayer(vision);
}

/// A projector whose norm is of `normWidth` values, 0: it has none.
std::int64_t projectorCount(const ModelConfig& config, std::int64_t normWidth) {
    const ProjectorConfig& projector = config.projector;
    const std::int64_t grouped = config.vision.width * config.vision.geometry.patchesPerBlock();
    return norm(projector.norm, normWidth) + matrix(grouped, projector.inner, true) +
           matrix(projector.inner, projector.outWidth, true);
}

std::int64_t projectorsCount(const ModelConfig& config) {
    const ProjectorConfig& projector = config.projector;
    const std::int64_t width = config.vision.width, grouped = width * config.vision.geometry.patchesPerBlock();
    const std::int64_t mine = projector.normAfterGrouping ? grouped : width;
    const auto deepstack = static_cast<std::int64_t>(config.vision.deepstackLayers.size());
    return projectorCount(config, projector.hasNorm ? mine : 0) + deepstack * projectorCount(config, grouped);
}

std::int64_t attentionCount(const LanguageConfig& text) {
    const std::int64_t query = text.heads * text.headDim, key = text.kvHeads * text.headDim;
    return matrix(text.width, text.gatedQueries ? 2 * query : query, text.qkvBias) +
           2 * matrix(text.width, key, text.qkvBias) + matrix(query, text.width, false) +
           (text.headNorms ? 2 * text.headDim : 0);
}

/// In the order of qwen3-5 spec 2: in_proj_qkv, z, b and a; conv1d; dt_bias and A_log; norm; out_proj.
std::int64_t linearCount(const LanguageConfig& text) {
    const LinearAttention& linear = text.linearAttention;
    const std::int64_t in = linear.channels() + linear.valueWidth() + 2 * linear.valueHeads;
    return text.width * in + linear.channels() * linear.kernel + 2 * linear.valueHeads + linear.valueDim +
           linear.valueWidth() * text.width;
}

std::int64_t languageCount(const LanguageConfig& text) {
    std::int64_t count = text.vocab * text.width * (text.tiedHead ? 1 : 2) + text.width; // the last: final norm
    for (std::int64_t layer = 0; layer < text.layers; ++layer)
        count += text.isLinear(layer) ? linearCount(text) : attentionCount(text);
    return count + text.layers * (3 * text.width * text.inner + 2 * text.width);
}

} // namespace

ModelShape ModelConfig::shape(const std::string& name) const {
    ModelShape shape;
    shape.name = name;
    shape.vitLayers = size(vision.runLayers());
    shape.vitWidth = size(vision.width);
    shape.vitInner = size(vision.inner);
    shape.deepstackLayers = size(static_cast<std::int64_t>(vision.deepstackLayers.size()));
    shape.languageWidth = size(text.width);
    shape.languageLayers = size(text.layers);
    shape.languageInner = size(text.inner);
    shape.heads = size(text.heads);
    shape.kvHeads = size(text.kvHeads);
    shape.headDim = size(text.headDim);
    shape.vocab = text.vocab;
    shape.geometry = vision.geometry;
    shape.vitGated = vision.activation == Activation::SwiGlu;
    shape.reach = reachOf(vision);
    shape.mergerInner = size(projector.inner);
    shape.gatedQueries = text.gatedQueries;
    shape.linear = linearLayersOf(text);
    return shape;
}

ParameterCount parameterCount(const ModelConfig& config) {
    return {encoderCount(config.vision), projectorsCount(config), languageCount(config.text)};
}

} // namespace prunescope::model
