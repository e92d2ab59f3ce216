#include "model/layers/vision_layer.h"

#include "model/layers/attention.h"
#include "model/layers/cpu_attention.h"
#include "model/layers/gradient_ops.h"

namespace prunescope::model {

namespace {

/// Queries, keys and values, [rows, heads, headDim] each.
struct Heads {
    at::Tensor q, k, v;
    at::Tensor packed; ///< the tensor that all are views of, [rows, 3, heads, headDim]; undefined: there is none
};

Heads headsOf(const VisionLayer& layer, std::int64_t heads, const at::Tensor& x) {
    if (!layer.qkv) {
        const auto viewed = [&](const Linear& part) { return part(x).unflatten(1, {heads, -1}); };
        return {viewed(layer.q), viewed(layer.k), viewed(layer.v), {}};
    }
    const at::Tensor packed = (*layer.qkv)(x).view({x.size(0), 3, heads, -1});
    return {packed.select(1, 0), packed.select(1, 1), packed.select(1, 2), packed};
}

void turn(Heads& heads, const RotaryTable& rotary) {
    if (!rotary.cos.defined())
        return;
    const bool inPlace = heads.packed.defined() && heads.packed.is_cuda() && !gradient::isWanted(heads.packed);
    if (inPlace && cudaVisionHeads(heads.packed, rotary))
        return;
    heads.q = rotate(heads.q, rotary);
    heads.k = rotate(heads.k, rotary);
}

/// The result is that of segmentAttention, bit by bit.
at::Tensor watchedAttention(const Heads& heads, const std::vector<std::int64_t>& segments, bool withTotals,
                            SeenAttention& seen) {
    seen.q = heads.q;
    seen.k = heads.k;
    if (!withTotals || !hasCpuAttention(heads.q))
        return segmentAttention(heads.q, heads.k, heads.v, segments);
    seen.logTotals = at::empty({heads.q.size(1), heads.q.size(0)}, at::kFloat);
    return cpuSegmentAttention(heads.q, heads.k, heads.v, segments, seen.logTotals);
}

at::Tensor attend(const VisionLayer& layer, std::int64_t count, const RotaryTable& rotary,
                  const std::vector<std::int64_t>& segments, const at::Tensor& x, const AttentionWatch* watch) {
    Heads heads = headsOf(layer, count, x);
    SeenAttention seen;
    if (watch && watch->plainKeys)
        seen.plainKeys = heads.k.to(at::kFloat).mean(1);
    turn(heads, rotary);
    if (gradient::isWanted(heads.q))
        return layer.proj(gradient::attention(heads.q, heads.k, heads.v, segments, false));
    if (!watch)
        return layer.proj(segmentAttention(heads.q, heads.k, heads.v, segments));
    const at::Tensor attended = watchedAttention(heads, segments, watch->logTotals, seen);
    watch->see(seen);
    return layer.proj(attended);
}

at::Tensor scaled(const at::Tensor& x, const at::Tensor& scale) {
    return scale.defined() ? x * scale : x;
}

/// Reads the parts of one layer.
class LayerLoader {
public:
    LayerLoader(const VisionConfig& config, WeightSource& weights, std::string name)
        : m_config(config), m_weights(weights), m_name(std::move(name)) {}

    Linear linear(std::string_view part, std::int64_t in, std::int64_t out, std::int64_t parts = 1) const {
        return loadLinear(m_weights, m_name + std::string(part), in, out, true, MatrixKind::Fine, parts);
    }
    Norm norm(std::string_view part) const {
        return loadNorm(m_weights, m_name + std::string(part), m_config.width, m_config.norm == NormKind::Layer,
                        m_config.epsilon);
    }
    at::Tensor scale(std::string_view part) const {
        return part.empty() ? at::Tensor() : m_weights.get(m_name + std::string(part), {m_config.width});
    }

private:
    const VisionConfig& m_config;
    WeightSource& m_weights;
    std::string m_name;
};

} // namespace

std::int64_t VisionLayer::bytes() const {
    const std::int64_t heads = qkv ? qkv->bytes() : q.bytes() + k.bytes() + v.bytes();
    return heads + proj.bytes() + (gelu ? gelu->bytes() : swiGlu->bytes());
}

VisionLayer loadVisionLayer(const VisionConfig& config, WeightSource& weights, const std::string& name) {
    const std::int64_t width = config.width, inner = config.inner;
    const VisionNames& names = config.names;
    const LayerLoader part(config, weights, name);
    VisionLayer layer;
    layer.norm1 = part.norm(names.norm1);
    if (!names.qkv.empty()) {
        layer.qkv = part.linear(names.qkv, width, 3 * width, 3);
    } else {
        layer.q = part.linear(names.q, width, width);
        layer.k = part.linear(names.k, width, width);
        layer.v = part.linear(names.v, width, width);
    }
    layer.proj = part.linear(names.proj, width, width);
    layer.norm2 = part.norm(names.norm2);
    if (config.activation == Activation::SwiGlu)
        layer.swiGlu = SwiGlu{part.linear(names.gate, width, inner), part.linear(names.up, width, inner),
                              part.linear(names.down, inner, width)};
    else
        layer.gelu =
            GeluMlp{part.linear(names.fc1, width, inner), part.linear(names.fc2, inner, width), config.activation};
    layer.scale1 = part.scale(names.scale1);
    layer.scale2 = part.scale(names.scale2);
    return layer;
}

AttentionHead loadAttentionHead(const VisionConfig& config, WeightSource& weights, const std::string& name) {
    const LayerLoader part(config, weights, name);
    return {part.norm(config.names.norm1), part.linear(config.names.q, config.width, config.width),
            part.linear(config.names.k, config.width, config.width)};
}

void runVisionLayer(const VisionLayer& layer, std::int64_t heads, const RotaryTable& rotary,
                    const std::vector<std::int64_t>& segments, Residual& hidden, const AttentionWatch* watch) {
    hidden.add(scaled(attend(layer, heads, rotary, segments, hidden.normed(layer.norm1), watch), layer.scale1));
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
