#include "model/train/train_language.h"

#include "model/train/train_ops.h"

namespace prunescope::model::train {

TrainLanguage::TrainLanguage(const LanguageConfig& config, bool tiedHead, WeightSource& weights,
                             ParameterSet& parameters)
    : m_config(config), m_rotary(config.headDim, config.ropeTheta, config.ropeSections, parameters.device()) {
    const std::string root = "model.language_model.";
    const auto vector = [&](const std::string& name, std::int64_t width) {
        return parameters.add(name, weights.get(name, {width}), Updater::Adam);
    };
    const auto matrix = [&](const std::string& name, std::int64_t out, std::int64_t in) {
        return parameters.addMatrix(name, weights.get(name, {out, in}));
    };
    const auto table = [&](const std::string& name) {
        return parameters.add(name, weights.get(name, {config.vocab, config.width}), Updater::Adam);
    };
    const std::int64_t width = config.width, queries = config.heads * config.headDim,
                       keys = config.kvHeads * config.headDim;
    m_embedding = table(root + "embed_tokens.weight");
    for (std::int64_t i = 0; i < config.layers; ++i) {
        const std::string name = root + "layers." + std::to_string(i) + ".";
        Layer layer;
        layer.norm1 = vector(name + "input_layernorm.weight", width);
        layer.q = matrix(name + "self_attn.q_proj.weight", queries, width);
        layer.k = matrix(name + "self_attn.k_proj.weight", keys, width);
        layer.v = matrix(name + "self_attn.v_proj.weight", keys, width);
        layer.o = matrix(name + "self_attn.o_proj.weight", width, queries);
        layer.qNorm = vector(name + "self_attn.q_norm.weight", config.headDim);
        layer.kNorm = vector(name + "self_attn.k_norm.weight", config.headDim);
        layer.norm2 = vector(name + "post_attention_layernorm.weight", width);
        layer.gate = matrix(name + "mlp.gate_proj.weight", config.inner, width);
        layer.up = matrix(name + "mlp.up_proj.weight", config.inner, width);
        layer.down = matrix(name + "mlp.down_proj.weight", width, config.inner);
        m_layers.push_back(std::move(layer));
    }
    m_norm = vector(root + "norm.weight", width);
    m_head = tiedHead ? m_embedding : table("lm_head.weight");
}

at::Tensor TrainLanguage::attend(const Layer& layer, const at::Tensor& hidden, const RotaryTable& rotary,
                                 const std::vector<std::int64_t>& segments) const {
    const std::int64_t tokens = hidden.size(0), dim = m_config.headDim;
    const auto qkv = product(hidden, at::cat({layer.q.value(), layer.k.value(), layer.v.value()}))
                         .view({tokens, m_config.heads + 2 * m_config.kvHeads, dim})
                         .split_with_sizes({m_config.heads, m_config.kvHeads, m_config.kvHeads}, 1);
    const at::Tensor q = turned(rmsNorm(qkv[0], layer.qNorm, m_config.rmsEpsilon), rotary);
    const at::Tensor k = turned(rmsNorm(qkv[1], layer.kNorm, m_config.rmsEpsilon), rotary);
    return product(attention(q, k, qkv[2], segments, true), layer.o.value());
}

at::Tensor TrainLanguage::operator()(const LanguageRows& rows, const TrainedFeatures& features,
                                     const at::Tensor& wanted) const {
    const RotaryTable wide = m_rotary(rows.positions);
    const RotaryTable rotary{wide.cos.to(m_embedding.scalar_type()), wide.sin.to(m_embedding.scalar_type())};
    at::Tensor hidden = rowsOf(m_embedding, rows.ids).index_copy(0, rows.visual, features.merged);
    for (std::size_t i = 0; i < m_layers.size(); ++i) {
        const Layer& layer = m_layers[i];
        hidden = hidden + attend(layer, rmsNorm(hidden, layer.norm1, m_config.rmsEpsilon), rotary, rows.segments);
        const at::Tensor gateUp =
            product(rmsNorm(hidden, layer.norm2, m_config.rmsEpsilon), at::cat({layer.gate.value(), layer.up.value()}));
        hidden = hidden + product(swiGlu(gateUp), layer.down.value());
        if (i < features.deepstack.size())
            hidden = hidden.index_add(0, rows.visual, features.deepstack[i]);
    }
    return rmsNorm(rowsOf(hidden, wanted), m_norm, m_config.rmsEpsilon);
}

} // namespace prunescope::model::train
