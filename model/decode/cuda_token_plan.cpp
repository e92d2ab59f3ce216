#include "model/decode/cuda_token_plan.h"

#include "model/kernels/weight_types.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// Shared memory that every GPU with our kernels gives a CTA, less what kernels need besides; float32 values.
constexpr std::int64_t kWidestInput = 24000;
constexpr std::int64_t kMostSplits = 64;

std::string found(const std::string& what, std::int64_t value, const std::string& expected) {
    return what + " is " + std::to_string(value) + ", expected " + expected;
}

std::optional<std::string> obstacleOf(const Linear& linear, const std::string& name) {
    if (linear.bias.defined())
        return name + " has a bias, expected none";
    if (!linear.weight.hasView())
        return name + " is of another type than float32, bfloat16, int8 and int4, or has gaps";
    const MatrixView view = linear.view();
    const int step = columnsPerLoad(view.type);
    if (step == 0)
        return name + " is stored as " + std::string(traitsOf(view.type).name) + ", which no kernel reads";
    if (view.type == WeightType::Fp8 && view.scaleCols < view.cols && view.scaleCols % step != 0)
        return found(name + " columns per scale", view.scaleCols, "a multiple of " + std::to_string(step));
    if (view.cols % step != 0 || view.cols > kWidestInput)
        return found(name + " width", view.cols,
                     "a multiple of " + std::to_string(step) + " up to " + std::to_string(kWidestInput));
    if (reinterpret_cast<std::uintptr_t>(view.data) % 16 != 0)
        return name + " is not aligned to 16 bytes";
    return std::nullopt;
}

std::optional<std::string> obstacleOf(const LanguageLayer& layer) {
    if (!layer.attention)
        return "a layer has the delta rule, expected attention";
    const LanguageAttention& attention = *layer.attention;
    if (attention.isGated)
        return "queries have gates, which no kernel knows";
    const auto withoutBias = [](const Linear& linear) { return Linear{linear.weight, {}}; }; // attention adds those
    const std::pair<Linear, const char*> products[] = {
        {withoutBias(attention.q), "q_proj"}, {withoutBias(attention.k), "k_proj"},
        {withoutBias(attention.v), "v_proj"}, {attention.o, "o_proj"},
        {layer.mlp.gate, "gate_proj"},        {layer.mlp.up, "up_proj"},
        {layer.mlp.down, "down_proj"}};
    for (const auto& [linear, name] : products) {
        if (auto obstacle = obstacleOf(linear, name))
            return obstacle;
        if (linear.view().type != attention.q.view().type)
            return std::string(name) + " is of another type than q_proj";
    }
    return std::nullopt;
}

} // namespace

int columnsPerLoad(WeightType type) {
    constexpr int kLoadBytes = 16;
    const WeightTraits& traits = traitsOf(type);
    return traits.onGpu ? kLoadBytes * traits.blockCols / traits.blockBytes : 0;
}

std::optional<std::string> cudaStepObstacle(const LanguageWeights& weights) {
    const LanguageConfig& config = weights.config;
    if (config.headDim != 32 && config.headDim != 64 && config.headDim != 128)
        return found("head_dim", config.headDim, "32, 64 or 128");
    if (config.centredNorms || config.turned() != config.headDim)
        return "norms are centred or heads turn in part, which no kernel knows";
    if (config.heads % config.kvHeads != 0)
        return found("num_attention_heads", config.heads, "a multiple of " + std::to_string(config.kvHeads));
    if (!weightType(at::typeMetaToScalarType(weights.options.dtype())))
        return "activations are neither Float nor BFloat16";
    if (auto obstacle = obstacleOf(Linear{weights.embedding, {}}, "embed_tokens"))
        return obstacle;
    if (auto obstacle = obstacleOf(weights.head, "lm_head"))
        return obstacle;
    for (const LanguageLayer& layer : weights.layers)
        if (auto obstacle = obstacleOf(layer))
            return obstacle;
    return std::nullopt;
}

int attentionSplits(std::int64_t heads, std::int64_t kvHeads, int multiprocessors) {
    const std::int64_t groups = heads / kvHeads, queries = groups % 4 == 0 ? 4 : groups % 2 == 0 ? 2 : 1;
    const std::int64_t ctas = heads / queries, wanted = 2 * static_cast<std::int64_t>(multiprocessors);
    return static_cast<int>(std::clamp<std::int64_t>((wanted + ctas - 1) / ctas, 1, kMostSplits));
}

} // namespace prunescope::model
