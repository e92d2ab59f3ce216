#include "model/layers/vision_layer.h"

#include "model/layers/attention.h"
#include "model/layers/gradient_ops.h"

namespace prunescope::model {

namespace {

/// Queries, keys and values, [rows, heads, headDim] each.
std::vector<at::Tensor> headsOf(const VisionLayer& layer, std::int64_t heads, const at::Tensor& x,
                                const RotaryTable& rotary) {
    if (!layer.qkv) {
        const auto viewed = [&](const Linear& part) { return part(x).unflatten(1, {heads, -1}); };
        return {viewed(layer.q), viewed(layer.k), viewed(layer.v)};
    }
    const at::Tensor packed = (*layer.qkv)(x).view({x.size(0), 3, heads, -1});
    auto qkv = packed.unbind(1);
    const bool canTurn = rotary.cos.defined() && packed.is_cuda() && !gradient::isWanted(packed);
    if (canTurn && cudaVisionHeads(packed, rotary))
        qkv.emplace_back(); // turned already
    return qkv;
}

at::Tensor attend(const VisionLayer& layer, std::int64_t heads, const RotaryTable& rotary,
                  const std::vector<std::int64_t>& segments, const at::Tensor& x) {
    const auto qkv = headsOf(layer, heads, x, rotary);
    const bool turns = rotary.cos.defined() && qkv.size() == 3;
    const at::Tensor q = turns ? rotate(qkv[0], rotary) : qkv[0], k = turns ? rotate(qkv[1], rotary) : qkv[1];
    return layer.proj(gradient::isWanted(q) ? gradient::attention(q, k, qkv[2], segments, false)
                                            : segmentAttention(q, k, qkv[2], segments));
}

at::Tensor scaled(const at::Tensor& x, const at::Tensor& scale) {
    return scale.defined() ? x * scale : x;
}

} // namespace

std::int64_t VisionLayer::bytes() const {
    const std::int64_t heads = qkv ? qkv->bytes() : q.bytes() + k.bytes() + v.bytes();
    return heads + proj.bytes() + (gelu ? gelu->bytes() : swiGlu->bytes());
}

VisionLayer loadVisionLayer(const VisionConfig& config, WeightSource& weights, const std::string& name) {
    const std::int64_t width = config.width, inner = config.inner;
    const VisionNames& names = config.names;
    const auto linear = [&](std::string_view part, std::int64_t in, std::int64_t out, std::int64_t parts = 1) {
        return loadLinear(weights, name + std::string(part), in, out, true, MatrixKind::Fine, parts);
    };
    const auto norm = [&](std::string_view part) {
        return loadNorm(weights, name + std::string(part), width, config.norm == NormKind::Layer, config.epsilon);
    };
    const auto scale = [&](std::string_view part) {
        return part.empty() ? at::Tensor() : weights.get(name + std::string(part), {width});
    };
    VisionLayer layer;
    layer.norm1 = norm(names.norm1);
    if (!names.qkv.empty()) {
        layer.qkv = linear(names.qkv, width, 3 * width, 3);
    } else {
        layer.q = linear(names.q, width, width);
        layer.k = linear(names.k, width, width);
        layer.v = linear(names.v, width, width);
    }
    layer.proj = linear(names.proj, width, width);
    layer.norm2 = norm(names.norm2);
    if (config.activation == Activation::SwiGlu)
        layer.swiGlu =
            SwiGlu{linear(names.gate, width, inner), linear(names.up, width, inner), linear(names.down, inner, width)};
    else
        layer.gelu = GeluMlp{linear(names.fc1, width, inner), linear(names.fc2, inner, width), config.activation};
    layer.scale1 = scale(names.scale1);
    layer.scale2 = scale(names.scale2);
    return layer;
}

void runVisionLayer(const VisionLayer& layer, std::int64_t heads, const RotaryTable& rotary,
                    const std::vector<std::int64_t>& segments, Residual& hidden) {
    hidden.add(scaled(attend(layer, heads, rotary, segments, hidden.normed(layer.norm1)), layer.scale1));
    const at::Tensor x = hidden.normed(layer.norm2);
    hidden.add(scaled(layer.gelu ? (*layer.gelu)(x) : (*layer.swiGlu)(x), layer.scale2));
}

at::Tensor Projector::operator()(const at::Tensor& hidden) const {
    if (!norm.weight.defined())
        return mlp(hidden.reshape({-1, grouped}));
    if (normAfterGrouping)
        return mlp(norm(hidden.reshape({-1, grouped})));
    return mlp(norm(hidden).reshape({-1, grouped}));
}

Projector loadProjector(const ProjectorConfig& config, const VisionConfig& vision, WeightSource& weights,
                        const std::string& prefix) {
    const std::int64_t grouped = vision.width * vision.geometry.patchesPerBlock();
    Projector projector;
    projector.grouped = grouped;
    projector.normAfterGrouping = config.normAfterGrouping;
    if (config.hasNorm)
        projector.norm =
            loadNorm(weights, prefix + std::string(config.normName), config.normAfterGrouping ? grouped : vision.width,
                     config.norm == NormKind::Layer, config.epsilon);
    projector.mlp = {loadLinear(weights, prefix + std::string(config.fc1), grouped, config.inner, true),
                     loadLinear(weights, prefix + std::string(config.fc2), config.inner, config.outWidth, true),
                     Activation::ErfGelu};
    return projector;
}

} // namespace prunescope::model
