#include "model/families/qwen3_vl_text.h"

#include "model/layers/attention.h"

namespace prunescope::model {

namespace {

at::Tensor onDevice(const std::vector<std::int64_t>& values, at::Device device) {
    return at::tensor(values, at::kLong).to(device);
}

/// Rows of the prompt that image tokens stand in, in prompt order.
at::Tensor imageRows(const TokenSequence& prompt, at::Device device) {
    std::vector<std::int64_t> rows;
    for (const ImageSpan& image : prompt.images)
        for (int i = 0; i < image.count; ++i)
            rows.push_back(image.first + i);
    return onDevice(rows, device);
}

at::Tensor positionTensor(const TokenSequence& prompt, at::Device device) {
    std::vector<at::Tensor> axes;
    for (const auto& axis : prompt.positions)
        axes.push_back(at::tensor(axis, at::kLong));
    return at::stack(axes).to(device);
}

} // namespace

Qwen3VlText::Qwen3VlText(const TextConfig& config, bool tiedHead, WeightSource& weights, at::Device device,
                         at::ScalarType dtype)
    : m_config(config), m_options(at::TensorOptions(device).dtype(dtype)),
      m_rotary(config.headDim, config.ropeTheta, config.ropeSections, device) {
    const std::string root = "model.language_model.";
    const std::vector<std::int64_t> tableShape{config.vocab, config.width};
    m_embedding = weights.get(root + "embed_tokens.weight", tableShape);
    for (std::int64_t i = 0; i < config.layers; ++i)
        m_layers.push_back(loadLayer(weights, root + "layers." + std::to_string(i) + "."));
    m_norm = loadRmsNorm(weights, root + "norm", config.width, config.rmsEpsilon);
    m_head = tiedHead ? m_embedding : weights.get("lm_head.weight", tableShape);
}

Qwen3VlText::Layer Qwen3VlText::loadLayer(WeightSource& weights, const std::string& name) const {
    const std::int64_t width = m_config.width, inner = m_config.inner, headDim = m_config.headDim;
    const std::int64_t queryWidth = m_config.heads * headDim, keyWidth = m_config.kvHeads * headDim;
    const double epsilon = m_config.rmsEpsilon;
    return {loadRmsNorm(weights, name + "input_layernorm", width, epsilon),
            loadLinear(weights, name + "self_attn.q_proj", width, queryWidth, false),
            loadLinear(weights, name + "self_attn.k_proj", width, keyWidth, false),
            loadLinear(weights, name + "self_attn.v_proj", width, keyWidth, false),
            loadLinear(weights, name + "self_attn.o_proj", queryWidth, width, false),
            loadRmsNorm(weights, name + "self_attn.q_norm", headDim, epsilon),
            loadRmsNorm(weights, name + "self_attn.k_norm", headDim, epsilon),
            loadRmsNorm(weights, name + "post_attention_layernorm", width, epsilon),
            SwiGlu{loadLinear(weights, name + "mlp.gate_proj", width, inner, false),
                   loadLinear(weights, name + "mlp.up_proj", width, inner, false),
                   loadLinear(weights, name + "mlp.down_proj", inner, width, false)}};
}

KvCache Qwen3VlText::makeCache() const {
    return KvCache(m_config.layers, m_config.kvHeads, m_config.headDim, m_options);
}

/// In the activation's type, unlike the encoder's (qwen3-vl spec 5.4).
RotaryTable Qwen3VlText::rotary(const at::Tensor& positions) const {
    const RotaryTable wide = m_rotary(positions);
    const at::ScalarType dtype = at::typeMetaToScalarType(m_options.dtype());
    return {wide.cos.to(dtype), wide.sin.to(dtype)};
}

at::Tensor Qwen3VlText::attend(const Layer& layer, const at::Tensor& hidden, const RotaryTable& table,
                               std::int64_t index, KvCache& cache) const {
    const std::int64_t count = hidden.size(0), headDim = m_config.headDim;
    const at::Tensor q = rotate(layer.qNorm(layer.q(hidden).view({count, m_config.heads, headDim})), table);
    const at::Tensor k = rotate(layer.kNorm(layer.k(hidden).view({count, m_config.kvHeads, headDim})), table);
    const at::Tensor v = layer.v(hidden).view({count, m_config.kvHeads, headDim});
    return layer.o(cachedAttention(q, cache.append(index, k, v)));
}

at::Tensor Qwen3VlText::run(const Layer& layer, const at::Tensor& hidden, const RotaryTable& table, std::int64_t index,
                            KvCache& cache) const {
    const at::Tensor attended = hidden + attend(layer, layer.inputNorm(hidden), table, index, cache);
    return attended + layer.mlp(layer.postNorm(attended));
}

at::Tensor Qwen3VlText::prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                                const Probe& probe) const {
    const at::Device device = m_options.device();
    at::Tensor hidden = m_embedding.index_select(0, onDevice(prompt.ids, device));
    const at::Tensor rows = imageRows(prompt, device);
    if (rows.size(0) > 0)
        hidden.index_copy_(0, rows, features.merged);
    probe("inputs_embeds", hidden);
    const RotaryTable table = rotary(positionTensor(prompt, device));
    probe("text/rope_cos", table.cos);
    probe("text/rope_sin", table.sin);
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        hidden = run(m_layers[i], hidden, table, static_cast<std::int64_t>(i), cache);
        if (i < features.deepstack.size() && rows.size(0) > 0)
            hidden.index_add_(0, rows, features.deepstack[i]);
        probe("text/layer", i, hidden);
    }
    cache.advance(prompt.length());
    if (probe.tap) { // somebody wants to see every row
        const at::Tensor all = m_norm(hidden);
        probe("text/final_norm", all);
        probe("logits", at::linear(all, m_head));
    }
    return at::linear(m_norm(hidden.narrow(0, hidden.size(0) - 1, 1)), m_head).squeeze(0);
}

at::Tensor Qwen3VlText::decode(std::int64_t id, std::int64_t position, KvCache& cache) const {
    const at::Device device = m_options.device();
    at::Tensor hidden = m_embedding.narrow(0, id, 1);
    const RotaryTable table = rotary(at::full({3, 1}, position, at::TensorOptions(device).dtype(at::kLong)));
    for (std::size_t i = 0; i < m_layers.size(); ++i)
        hidden = run(m_layers[i], hidden, table, static_cast<std::int64_t>(i), cache);
    cache.advance(1);
    return at::linear(m_norm(hidden), m_head).squeeze(0);
}

} // namespace prunescope::model
