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
                         at::ScalarType dtype) {
    const std::string root = "model.language_model.";
    const std::vector<std::int64_t> tableShape{config.vocab, config.width};
    m_weights.config = config;
    m_weights.options = at::TensorOptions(device).dtype(dtype);
    m_weights.rotary = TextRotary(config.headDim, config.ropeTheta, config.ropeSections, device);
    m_weights.embedding = weights.get(root + "embed_tokens.weight", tableShape);
    for (std::int64_t i = 0; i < config.layers; ++i)
        m_weights.layers.push_back(loadLayer(weights, root + "layers." + std::to_string(i) + "."));
    m_weights.norm = loadRmsNorm(weights, root + "norm", config.width, config.rmsEpsilon);
    m_weights.head = {tiedHead ? m_weights.embedding : weights.get("lm_head.weight", tableShape), {}};
    m_step = makeTokenStep(m_weights);
}

TextLayer Qwen3VlText::loadLayer(WeightSource& weights, const std::string& name) const {
    const std::int64_t width = m_weights.config.width, inner = m_weights.config.inner,
                       headDim = m_weights.config.headDim;
    const std::int64_t queryWidth = m_weights.config.heads * headDim, keyWidth = m_weights.config.kvHeads * headDim;
    const double epsilon = m_weights.config.rmsEpsilon;
    TextLayer layer{loadRmsNorm(weights, name + "input_layernorm", width, epsilon),
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
    if (m_weights.options.device().is_cuda()) {
        layer.qkv = stack({&layer.q, &layer.k, &layer.v});
        layer.mlp.gateUp = stack({&layer.mlp.gate, &layer.mlp.up});
    }
    return layer;
}

KvCache Qwen3VlText::makeCache() const {
    return KvCache(m_weights.config.layers, m_weights.config.kvHeads, m_weights.config.headDim, m_weights.options);
}

/// In the activation's type, unlike the encoder's (qwen3-vl spec 5.4).
RotaryTable Qwen3VlText::rotary(const at::Tensor& positions) const {
    const RotaryTable wide = m_weights.rotary(positions);
    const at::ScalarType dtype = at::typeMetaToScalarType(m_weights.options.dtype());
    return {wide.cos.to(dtype), wide.sin.to(dtype)};
}

at::Tensor Qwen3VlText::attend(const TextLayer& layer, const at::Tensor& hidden, const RotaryTable& table,
                               std::int64_t index, KvCache& cache) const {
    const std::int64_t count = hidden.size(0), headDim = m_weights.config.headDim;
    if (layer.qkv.weight.defined())
        if (const auto queries = cudaTextHeads(layer.qkv(hidden), layer.headNorms(), table, index, cache))
            return layer.o(cachedAttention(*queries, cache.view(index, cache.length() + count)));
    const at::Tensor q = rotate(layer.qNorm(layer.q(hidden).view({count, m_weights.config.heads, headDim})), table);
    const at::Tensor k = rotate(layer.kNorm(layer.k(hidden).view({count, m_weights.config.kvHeads, headDim})), table);
    const at::Tensor v = layer.v(hidden).view({count, m_weights.config.kvHeads, headDim});
    return layer.o(cachedAttention(q, cache.append(index, k, v)));
}

void Qwen3VlText::run(const TextLayer& layer, Residual& hidden, const RotaryTable& table, std::int64_t index,
                      KvCache& cache) const {
    hidden.add(attend(layer, hidden.normed(layer.inputNorm), table, index, cache));
    hidden.add(layer.mlp(hidden.normed(layer.postNorm)));
}

at::Tensor Qwen3VlText::prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                                const Probe& probe) const {
    const at::Device device = m_weights.options.device();
    at::Tensor embedded = m_weights.embedding.index_select(0, onDevice(prompt.ids, device));
    const at::Tensor rows = imageRows(prompt, device);
    if (rows.size(0) > 0)
        embedded.index_copy_(0, rows, features.merged);
    probe("inputs_embeds", embedded);
    const RotaryTable table = rotary(positionTensor(prompt, device));
    probe("text/rope_cos", table.cos);
    probe("text/rope_sin", table.sin);
    Residual hidden(std::move(embedded));
    for (std::size_t i = 0; i < m_weights.layers.size(); ++i) {
        run(m_weights.layers[i], hidden, table, static_cast<std::int64_t>(i), cache);
        if (i < features.deepstack.size() && rows.size(0) > 0)
            at::Tensor(hidden.settled()).index_add_(0, rows, features.deepstack[i]);
        probe.checkStop();
        if (probe.tap)
            probe("text/layer", i, hidden.settled());
    }
    cache.advance(prompt.length());
    if (probe.tap) { // somebody wants to see every row
        const at::Tensor all = m_weights.norm(hidden.settled());
        probe("text/final_norm", all);
        probe("logits", m_weights.head(all));
    }
    return m_weights.head(m_weights.norm(hidden.settled().narrow(0, prompt.length() - 1, 1))).squeeze(0);
}

at::Tensor Qwen3VlText::decode(std::int64_t id, std::int64_t position, KvCache& cache) const {
    if (m_step)
        return m_step->run(id, position, cache);
    const at::Device device = m_weights.options.device();
    Residual hidden(m_weights.embedding.narrow(0, id, 1).clone()); // which is changed in place on a GPU
    const RotaryTable table = rotary(at::full({3, 1}, position, at::TensorOptions(device).dtype(at::kLong)));
    for (std::size_t i = 0; i < m_weights.layers.size(); ++i)
        run(m_weights.layers[i], hidden, table, static_cast<std::int64_t>(i), cache);
    cache.advance(1);
    return m_weights.head(hidden.normed(m_weights.norm)).squeeze(0);
}

std::optional<std::int64_t> Qwen3VlText::decodeGreedy(std::int64_t id, std::int64_t position, KvCache& cache) const {
    return m_step ? m_step->runGreedy(id, position, cache) : std::nullopt;
}

} // namespace prunescope::model
