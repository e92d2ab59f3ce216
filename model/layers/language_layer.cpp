#include "model/layers/language_layer.h"

#include "model/layers/attention.h"
#include "model/layers/gradient_ops.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace prunescope::model {

namespace {

/// Queries with the gates of their heads (undefined: none), keys and values, [tokens, heads, headDim] each.
struct Heads {
    at::Tensor q, gate, k, v;
};

/// The three products, in one where they are trained: [tokens, values] each.
std::vector<at::Tensor> products(const LanguageAttention& attention, const at::Tensor& x) {
    if (!attention.q.weight.isTrained() && !gradient::isWanted(x))
        return {attention.q(x), attention.k(x), attention.v(x)};
    const auto width = [](const Linear& linear) { return linear.weight.native().size(0); };
    return productOfAll(x, {&attention.q, &attention.k, &attention.v})
        .split_with_sizes({width(attention.q), width(attention.k), width(attention.v)}, 1);
}

Heads headsOf(const LanguageAttention& attention, const LanguageConfig& config, const at::Tensor& x) {
    const auto qkv = products(attention, x);
    const auto viewed = [&](const at::Tensor& part, std::int64_t heads) { return part.unflatten(1, {heads, -1}); };
    Heads heads{viewed(qkv[0], config.heads), {}, viewed(qkv[1], config.kvHeads), viewed(qkv[2], config.kvHeads)};
    if (attention.isGated) {
        heads.gate = heads.q.narrow(2, config.headDim, config.headDim);
        heads.q = heads.q.narrow(2, 0, config.headDim);
    }
    if (attention.hasNorms()) {
        heads.q = attention.qNorm(heads.q.contiguous());
        heads.k = attention.kNorm(heads.k.contiguous());
    }
    return heads;
}

at::Tensor mixed(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t index,
                 LanguagePass& pass) {
    if (!pass.cache)
        return gradient::attention(q, k, v, pass.segments, true);
    const KvCache::View cached = pass.cache->append(index, k, v);
    if (pass.isWatched()) {
        (*pass.observer)("text/key", static_cast<std::size_t>(index), cached.keys.squeeze(0));
        (*pass.observer)("text/value", static_cast<std::size_t>(index), cached.values.squeeze(0));
    }
    return cachedAttention(q, cached);
}

/// [tokens, heads, headDim] -> [heads, asked, headDim]
at::Tensor askedOf(const at::Tensor& q, const at::Tensor& rows) {
    return q.index_select(0, rows).transpose(0, 1);
}

at::Tensor attend(const LanguageAttention& attention, const LanguageConfig& config, const at::Tensor& x,
                  std::int64_t index, LanguagePass& pass) {
    if (attention.qkv && pass.cache && attention.isPlain())
        if (const auto queries =
                cudaLanguageHeads((*attention.qkv)(x), attention.headNorms(), pass.rotary, index, *pass.cache)) {
            if (pass.askedRows.defined())
                pass.queries = askedOf(*queries, pass.askedRows);
            return attention.o(
                cachedAttention(*queries, pass.cache->view(index, pass.cache->length(index) + x.size(0))));
        }
    Heads heads = headsOf(attention, config, x);
    const at::Tensor q = rotate(heads.q, pass.rotary), k = rotate(heads.k, pass.rotary);
    pass.see(index, "query", q);
    pass.see(index, "key", k);
    if (pass.askedRows.defined())
        pass.queries = askedOf(q, pass.askedRows);
    at::Tensor result = mixed(q, k, heads.v, index, pass);
    if (heads.gate.defined()) {
        const at::Tensor gate = heads.gate.flatten(1);
        pass.see(index, "gate", gate);
        result = result * at::sigmoid(gate);
    }
    pass.see(index, "gated", result);
    return attention.o(result);
}

/// Numbers of rows that the rule runs through at a time: up to each border.
std::vector<std::int64_t> piecesOf(const LanguagePass& pass, std::int64_t rows) {
    std::vector<std::int64_t> pieces;
    std::int64_t begin = 0;
    for (const std::int64_t border : pass.borders)
        if (border > begin && border < rows)
            pieces.push_back(border - std::exchange(begin, border));
    pieces.push_back(rows - begin);
    return pieces;
}

/// Rows [count * length, heads, ..] of equally long sequences -> [length, count * heads, ..]: to the rule further
/// sequences are nothing but further heads.
at::Tensor sideBySide(const at::Tensor& x, std::int64_t count) {
    return count == 1 ? x : x.unflatten(0, {count, -1}).transpose(0, 1).flatten(1, 2);
}

/// The way back.
at::Tensor oneAfterAnother(const at::Tensor& x, std::int64_t count) {
    return count == 1 ? x : x.unflatten(1, {count, -1}).transpose(0, 1).flatten(0, 1);
}

/// The rule over `count` whole sequences of one length, all at once: [tokens, valueHeads, valueDim].
at::Tensor ruledEqual(const LanguageDelta& delta, const LinearAttention& sizes, const at::Tensor& u,
                      const DeltaGates& gates, std::int64_t count) {
    const at::Tensor taps = delta.taps.flatten(1);
    const Convolved conv = causalConvolution(sideBySide(u, count), count == 1 ? taps : taps.repeat({count, 1}), {});
    const DeltaInput input = deltaInput(oneAfterAnother(conv.values, count), gates, sizes);
    const auto beside = [&](const at::Tensor& x) { return sideBySide(x, count); };
    const DeltaInput all{beside(input.q), beside(input.k), beside(input.v), beside(input.g), beside(input.beta)};
    return oneAfterAnother(deltaRule(all, {}).values, count);
}

/// The rule over whole sequences, as in training.
at::Tensor ruledWhole(const LanguageDelta& delta, const LinearAttention& sizes, const at::Tensor& u,
                      const DeltaGates& gates, const std::vector<std::int64_t>& segments) {
    if (std::ranges::adjacent_find(segments, std::not_equal_to<>()) == segments.end())
        return ruledEqual(delta, sizes, u, gates, static_cast<std::int64_t>(segments.size()));
    std::int64_t begin = 0;
    std::vector<at::Tensor> results;
    for (const std::int64_t count : segments) {
        const auto part = [&](const at::Tensor& x) { return x.narrow(0, begin, count); };
        results.push_back(ruledEqual(delta, sizes, part(u), {part(gates.g), part(gates.beta)}, 1));
        begin += count;
    }
    return at::cat(results);
}

void seeRule(const LanguagePass& pass, std::int64_t index, const DeltaInput& input, std::int64_t share) {
    pass.see(index, "query", input.q.repeat_interleave(share, 1));
    pass.see(index, "key", input.k.repeat_interleave(share, 1));
}

/// The rule over all rows: [tokens, valueHeads, valueDim].
at::Tensor ruled(const LanguageDelta& delta, const LinearAttention& sizes, const at::Tensor& u, const DeltaGates& gates,
                 std::int64_t index, LanguagePass& pass) {
    if (!pass.cache)
        return ruledWhole(delta, sizes, u, gates, pass.segments);
    DeltaState state = pass.cache->state(index);
    std::int64_t begin = 0;
    std::vector<at::Tensor> results, convolved;
    for (const std::int64_t count : piecesOf(pass, u.size(0))) {
        const auto part = [&](const at::Tensor& x) { return x.narrow(0, begin, count); };
        const Convolved conv = causalConvolution(part(u), delta.taps.flatten(1), state.recent);
        const DeltaGates own{part(gates.g), part(gates.beta)};
        const DeltaOutput output = deltaRule(conv.values, own, sizes, state.memory);
        results.push_back(output.values);
        convolved.push_back(conv.values);
        state = {conv.recent, output.memory};
        begin += count;
        pass.states.push_back({index, begin < u.size(0) ? pass.cache->length(index) + begin : -1, state});
    }
    if (pass.isWatched()) {
        const at::Tensor all = at::cat(convolved);
        pass.see(index, "conv", all);
        seeRule(pass, index, deltaInput(all, gates, sizes), sizes.valueHeads / sizes.keyHeads);
    }
    return results.size() == 1 ? results.front() : at::cat(results);
}

at::Tensor remember(const LanguageDelta& delta, const LinearAttention& sizes, const at::Tensor& x, std::int64_t index,
                    LanguagePass& pass) {
    const at::Tensor u = delta.qkv(x), z = delta.z(x).unflatten(1, {sizes.valueHeads, sizes.valueDim});
    const DeltaGates gates = deltaGates(delta.a(x), delta.b(x), delta.decayLog, delta.bias);
    pass.see(index, "qkv", u);
    pass.see(index, "z", z);
    pass.see(index, "g", gates.g);
    pass.see(index, "beta", gates.beta);
    const at::Tensor values = ruled(delta, sizes, u, gates, index, pass);
    pass.see(index, "delta", values);
    const at::Tensor gated = gatedNorm(values, z, delta.norm, delta.epsilon);
    pass.see(index, "gated", gated);
    return delta.out(gated);
}

/// Loads the layers of a language model.
class LanguageLoader {
public:
    LanguageLoader(const LanguageConfig& config, WeightSource& weights, bool onGpu)
        : m_config(config), m_weights(weights), m_stacks(onGpu && !weights.trains()) {}

    LanguageLayer layer(const std::string& name, bool isLinear) {
        LanguageLayer layer;
        layer.inputNorm = norm(name + "input_layernorm", m_config.width);
        if (isLinear)
            layer.delta = delta(name + "linear_attn.");
        else
            layer.attention = attention(name + "self_attn.");
        layer.postNorm = norm(name + "post_attention_layernorm", m_config.width);
        layer.mlp = {projection(name + "mlp.gate_proj", m_config.width, m_config.inner),
                     projection(name + "mlp.up_proj", m_config.width, m_config.inner),
                     projection(name + "mlp.down_proj", m_config.inner, m_config.width)};
        if (m_stacks)
            layer.mlp.gateUp =
                stacked({{name + "mlp.gate_proj", &layer.mlp.gate}, {name + "mlp.up_proj", &layer.mlp.up}});
        return layer;
    }

    RmsNorm norm(const std::string& name, std::int64_t width) {
        return loadRmsNorm(m_weights, name, width, m_config.rmsEpsilon, m_config.centredNorms);
    }

private:
    Linear projection(const std::string& name, std::int64_t in, std::int64_t out, bool bias = false,
                      std::int64_t parts = 1) {
        return loadLinear(m_weights, name, in, out, bias, MatrixKind::Projection, parts);
    }

    struct NamedLinear {
        std::string name;
        Linear* linear;
    };

    std::optional<Linear> stacked(const std::vector<NamedLinear>& parts) {
        std::vector<Linear*> linears;
        for (const NamedLinear& part : parts)
            linears.push_back(part.linear);
        const std::optional<Linear> stacked = stack(linears);
        if (stacked)
            for (const NamedLinear& part : parts)
                m_weights.moved(part.name + ".weight", part.linear->weight);
        return stacked;
    }

    /// Those of queries, keys and values, where they are of one size.
    static std::int64_t partsOf(const LinearAttention& sizes) { return sizes.keyWidth() == sizes.valueWidth() ? 3 : 1; }

    LanguageAttention attention(const std::string& name) {
        const std::int64_t width = m_config.width, queries = m_config.heads * m_config.headDim,
                           keys = m_config.kvHeads * m_config.headDim;
        LanguageAttention made;
        made.isGated = m_config.gatedQueries;
        made.q = projection(name + "q_proj", width, made.isGated ? 2 * queries : queries, m_config.qkvBias);
        made.k = projection(name + "k_proj", width, keys, m_config.qkvBias);
        made.v = projection(name + "v_proj", width, keys, m_config.qkvBias);
        made.o = projection(name + "o_proj", queries, width);
        if (m_config.headNorms) {
            made.qNorm = norm(name + "q_norm", m_config.headDim);
            made.kNorm = norm(name + "k_norm", m_config.headDim);
        }
        if (m_stacks && made.isPlain())
            made.qkv = stacked({{name + "q_proj", &made.q}, {name + "k_proj", &made.k}, {name + "v_proj", &made.v}});
        return made;
    }

    LanguageDelta delta(const std::string& name) {
        const LinearAttention& sizes = m_config.linearAttention;
        const std::int64_t width = m_config.width;
        LanguageDelta made;
        made.qkv = projection(name + "in_proj_qkv", width, sizes.channels(), false, partsOf(sizes));
        made.z = projection(name + "in_proj_z", width, sizes.valueWidth());
        // Small, and what they say of a token holds for all that follow.
        made.b = loadLinear(m_weights, name + "in_proj_b", width, sizes.valueHeads, false);
        made.a = loadLinear(m_weights, name + "in_proj_a", width, sizes.valueHeads, false);
        made.out = projection(name + "out_proj", sizes.valueWidth(), width);
        made.taps = m_weights.get(name + "conv1d.weight", {sizes.channels(), 1, sizes.kernel});
        if (!m_weights.trains()) // else a parameter stays what it is
            made.taps = made.taps.view({sizes.channels(), sizes.kernel});
        made.decayLog = m_weights.wide(name + "A_log", {sizes.valueHeads});
        made.bias = m_weights.get(name + "dt_bias", {sizes.valueHeads});
        made.norm = m_weights.wide(name + "norm.weight", {sizes.valueDim});
        made.epsilon = m_config.rmsEpsilon;
        return made;
    }

    const LanguageConfig& m_config;
    WeightSource& m_weights;
    bool m_stacks;
};

Linear loadHead(const LanguageWeights& loaded, const std::string& name, WeightSource& weights) {
    const LanguageConfig& config = loaded.config;
    if (config.tiedHead && !weights.has(name))
        return {loaded.embedding, {}};
    return {weights.matrix(name, config.vocab, config.width, MatrixKind::Table), {}};
}

} // namespace

std::int64_t LanguageLayer::bytes() const {
    std::int64_t sum = mlp.bytes();
    if (attention)
        sum += attention->q.bytes() + attention->k.bytes() + attention->v.bytes() + attention->o.bytes();
    if (delta)
        sum += delta->qkv.bytes() + delta->z.bytes() + delta->b.bytes() + delta->a.bytes() + delta->out.bytes();
    return sum;
}

LanguageWeights loadLanguage(const LanguageConfig& config, const TensorPrefixes& prefixes, WeightSource& weights,
                             const WeightTarget& target) {
    const std::string root(prefixes.language);
    LanguageLoader loader(config, weights, target.device.is_cuda());
    LanguageWeights loaded;
    loaded.config = config;
    loaded.options = at::TensorOptions(target.device).dtype(target.dtype);
    loaded.rotary =
        LanguageRotary({config.turned(), config.ropeTheta, config.ropeSections, config.chunkedSections}, target.device);
    loaded.embedding = weights.matrix(root + "embed_tokens.weight", config.vocab, config.width, MatrixKind::Table);
    for (std::int64_t i = 0; i < config.layers; ++i)
        loaded.layers.push_back(loader.layer(root + "layers." + std::to_string(i) + ".", config.isLinear(i)));
    loaded.norm = loader.norm(root + "norm", config.width);
    loaded.head = loadHead(loaded, std::string(prefixes.head) + "weight", weights);
    return loaded;
}

void LanguagePass::see(std::int64_t layer, const char* what, const at::Tensor& value) const {
    if (isWatched())
        (*observer)("text/detail." + std::to_string(layer) + "." + what, value);
}

void LanguagePass::settle() {
    for (LayerState& one : states) {
        one.state.recent = one.state.recent.clone(); // else all rows stay in memory for the last few
        if (one.tokens >= 0) {
            cache->keepSnapshot(one.layer, one.tokens, std::move(one.state));
            continue;
        }
        if (isWatched()) {
            (*observer)("text/conv_state", static_cast<std::size_t>(one.layer), one.state.recent.t());
            (*observer)("text/recurrent_state", static_cast<std::size_t>(one.layer), one.state.memory);
        }
        cache->setState(one.layer, std::move(one.state));
    }
    states.clear();
}

LayerHeads headsOf(const LanguageLayer& layer, const LanguageConfig& config, const at::Tensor& hidden,
                   const RotaryTable& rotary, const at::Tensor& askedRows) {
    check(layer.attention.has_value(), "a layer with attention has heads");
    const Heads heads = headsOf(*layer.attention, config, layer.inputNorm(hidden));
    return {askedOf(rotate(heads.q, rotary), askedRows), rotate(heads.k, rotary).transpose(0, 1),
            heads.v.transpose(0, 1)};
}

void runLanguageLayer(const LanguageLayer& layer, const LanguageConfig& config, std::int64_t index, Residual& hidden,
                      LanguagePass& pass) {
    const at::Tensor x = hidden.normed(layer.inputNorm);
    at::Tensor mixed = layer.attention ? attend(*layer.attention, config, x, index, pass)
                                       : remember(*layer.delta, config.linearAttention, x, index, pass);
    pass.see(index, "out", mixed);
    hidden.add(std::move(mixed));
    hidden.add(layer.mlp(hidden.normed(layer.postNorm)));
}

} // namespace prunescope::model
