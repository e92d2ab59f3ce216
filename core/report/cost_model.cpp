#include "core/report/cost_model.h"

#include <algorithm>

namespace prunescope {

namespace {

constexpr double kChunk = 64; ///< c, tokens that the rule of a linear layer takes together

double queryWidth(const ModelShape& shape) {
    return static_cast<double>(shape.heads) * shape.headDim;
}

double keyWidth(const ModelShape& shape) {
    return static_cast<double>(shape.kvHeads) * shape.headDim;
}

/// 4*N*M*D of every vision layer, where each of N rows sees M.
double visionAttention(const ModelShape& shape, double patches) {
    const double rows = shape.vitRows(patches), width = shape.vitWidth;
    if (shape.reach.tilePatches > 0)
        return shape.vitLayers * 4 * rows * std::min(rows, shape.reach.tilePatches + 1.0) * width;
    const double whole = 4 * rows * rows * width;
    if (shape.reach.windowPatches == 0)
        return shape.vitLayers * whole;
    const double window = 4 * rows * std::min<double>(rows, shape.reach.windowPatches) * width;
    return shape.reach.fullLayers * whole + (shape.vitLayers - shape.reach.fullLayers) * window;
}

/// Numbers in the matrices of a vision layer.
double visionLayerWeights(const ModelShape& shape) {
    const double width = shape.vitWidth;
    return 4 * width * width + (shape.vitGated ? 3 : 2) * width * shape.vitInner;
}

double mergerWeights(const ModelShape& shape) {
    const double grouped = static_cast<double>(shape.geometry.patchesPerBlock()) * shape.vitWidth;
    const double inner = shape.mergerWidth();
    return grouped * inner + inner * shape.languageWidth;
}

double feedForwardWeights(const ModelShape& shape) {
    return 3.0 * shape.languageWidth * shape.languageInner;
}

/// Of queries, their gates, keys, values and the result.
double attentionWeights(const ModelShape& shape) {
    const double queries = (shape.gatedQueries ? 3 : 2) * queryWidth(shape);
    return shape.languageWidth * (queries + 2 * keyWidth(shape));
}

double linearValueWidth(const LinearLayers& linear) {
    return static_cast<double>(linear.valueHeads) * linear.valueDim;
}

/// C: queries, keys and values of a linear layer.
double linearChannels(const LinearLayers& linear) {
    return 2.0 * linear.keyHeads * linear.keyDim + linearValueWidth(linear);
}

/// Of in_proj_qkv, in_proj_z, in_proj_b, in_proj_a, conv1d and out_proj (qwen3-5 spec 2).
double linearWeights(const ModelShape& shape) {
    const LinearLayers& linear = shape.linear;
    const double in = linearChannels(linear) + linearValueWidth(linear) + 2.0 * linear.valueHeads;
    return shape.languageWidth * (in + linearValueWidth(linear)) + linear.kernel * linearChannels(linear);
}

/// Operations of the rule for a token.
double ruleFlops(const LinearLayers& linear) {
    const double key = linear.keyDim, value = linear.valueDim;
    return linear.valueHeads * (6 * key * value + kChunk * (5 * key + 3 * value));
}

/// Operations of the attention of all language layers, where every token sees all.
double languageAttention(const ModelShape& shape, double tokens) {
    return 4.0 * shape.attentionLayers() * tokens * tokens * queryWidth(shape);
}

double languageFlops(const ModelShape& shape, double tokens) {
    const double attending = 2 * (attentionWeights(shape) + feedForwardWeights(shape)); // C_l
    const double linear = 2 * (linearWeights(shape) + feedForwardWeights(shape)) + ruleFlops(shape.linear);
    return tokens * (shape.attentionLayers() * attending + shape.linear.layers * linear) +
           languageAttention(shape, tokens);
}

} // namespace

PromptFlops promptFlops(const ModelShape& shape, std::span<const int> patches, int textTokens) {
    PromptFlops flops;
    double tokens = textTokens; // N_l
    for (const int count : patches) {
        const double blocks = static_cast<double>(count) / shape.geometry.patchesPerBlock();
        flops.vit +=
            shape.vitLayers * 2 * shape.vitRows(count) * visionLayerWeights(shape) + visionAttention(shape, count);
        flops.mergers += (1 + shape.deepstackLayers) * blocks * 2 * mergerWeights(shape);
        tokens += blocks;
    }
    flops.llm = languageFlops(shape, tokens);
    return flops;
}

WeightCounts weightCounts(const ModelShape& shape) {
    const double layers = shape.attentionLayers() * attentionWeights(shape) +
                          shape.linear.layers * linearWeights(shape) + shape.languageLayers * feedForwardWeights(shape);
    return {shape.vitLayers * visionLayerWeights(shape) + (1 + shape.deepstackLayers) * mergerWeights(shape),
            layers + static_cast<double>(shape.vocab) * shape.languageWidth};
}

ReadBytes readBytes(const ModelShape& shape, int bytesPerValue) {
    const WeightCounts weights = weightCounts(shape);
    return {weights.vision * bytesPerValue, weights.text * bytesPerValue,
            static_cast<double>(kvBytes(shape, 1, bytesPerValue)),
            2 * static_cast<double>(stateBytes(shape, bytesPerValue))};
}

CostFloor costFloor(const ModelShape& shape, const PromptFlops& flops, int promptTokens, MachineSpeed speed,
                    const ReadBytes& bytes) {
    const double tokens = promptTokens;
    const auto computeMs = [&](double operations) { return 1000 * operations / speed.flopsPerSecond; };
    const auto readMs = [&](double count) { return 1000 * count / speed.bytesPerSecond; };
    CostFloor floor;
    if (flops.vit > 0)
        floor.vitMs = std::max(computeMs(flops.vit + flops.mergers), readMs(bytes.vision));
    floor.prefillMs = std::max(computeMs(flops.llm - languageAttention(shape, tokens) / 2), readMs(bytes.text));
    floor.decodePerTokenMs = readMs(bytes.text + bytes.perToken * tokens + bytes.states);
    return floor;
}

std::int64_t kvBytes(const ModelShape& shape, std::int64_t tokens, int bytesPerValue) {
    return std::int64_t{2} * shape.attentionLayers() * shape.kvHeads * shape.headDim * bytesPerValue * tokens;
}

std::int64_t stateBytes(const ModelShape& shape, int bytesPerValue) {
    const LinearLayers& linear = shape.linear;
    const auto rule = std::int64_t{linear.valueHeads} * linear.keyDim * linear.valueDim * std::int64_t{sizeof(float)};
    const auto rows = static_cast<std::int64_t>(linearChannels(linear)) * std::max(0, linear.kernel - 1);
    return linear.layers * (rule + rows * bytesPerValue);
}

} // namespace prunescope
