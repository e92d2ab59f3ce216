#include "model/families/qwen3_vl_language.h"

#include "core/base/error.h"
#include "model/layers/attention.h"

#include <numeric>

namespace prunescope::model {

namespace {

at::Tensor onDevice(const std::vector<std::int64_t>& values, at::Device device) {
    return at::tensor(values, at::kLong).to(device);
}

/// Positions of the tokens from `begin` on: [3, tokens].
at::Tensor positionTensor(const TokenSequence& prompt, std::int64_t begin, at::Device device) {
    std::vector<at::Tensor> axes;
    for (const auto& axis : prompt.positions)
        axes.push_back(at::tensor(axis, at::kLong).narrow(0, begin, prompt.length() - begin));
    return at::stack(axes).to(device);
}

/// For every token of the prompt the row of the features that belongs to it, -1 for text.
std::vector<std::int64_t> featureOfToken(const TokenSequence& prompt) {
    std::vector<std::int64_t> feature(prompt.ids.size(), -1);
    std::int64_t next = 0;
    for (const ImageSpan& image : prompt.images)
        for (int i = 0; i < image.count; ++i)
            feature[static_cast<std::size_t>(image.first + i)] = next++;
    return feature;
}

} // namespace

Qwen3VlLanguage::Qwen3VlLanguage(const LanguageConfig& config, bool tiedHead, WeightSource& weights, at::Device device,
                                 at::ScalarType dtype) {
    const std::string root = "model.language_model.";
    m_weights.config = config;
    m_weights.options = at::TensorOptions(device).dtype(dtype);
    m_weights.rotary = LanguageRotary(config.headDim, config.ropeTheta, config.ropeSections, device);
    m_weights.embedding = weights.matrix(root + "embed_tokens.weight", config.vocab, config.width, Coarseness::Fine);
    for (std::int64_t i = 0; i < config.layers; ++i)
        m_weights.layers.push_back(loadLayer(weights, root + "layers." + std::to_string(i) + "."));
    m_weights.norm = loadRmsNorm(weights, root + "norm", config.width, config.rmsEpsilon);
    m_weights.head.weight =
        tiedHead ? m_weights.embedding : weights.matrix("lm_head.weight", config.vocab, config.width, Coarseness::Fine);
    m_step = makeTokenStep(m_weights);
}

LanguageLayer Qwen3VlLanguage::loadLayer(WeightSource& weights, const std::string& name) const {
    const std::int64_t width = m_weights.config.width, inner = m_weights.config.inner,
                       headDim = m_weights.config.headDim;
    const std::int64_t queryWidth = m_weights.config.heads * headDim, keyWidth = m_weights.config.kvHeads * headDim;
    const double epsilon = m_weights.config.rmsEpsilon;
    const auto projection = [&](const char* part, std::int64_t in, std::int64_t out) {
        return loadLinear(weights, name + part, in, out, false, Coarseness::Coarse);
    };
    LanguageLayer layer{loadRmsNorm(weights, name + "input_layernorm", width, epsilon),
                        projection("self_attn.q_proj", width, queryWidth),
                        projection("self_attn.k_proj", width, keyWidth),
                        projection("self_attn.v_proj", width, keyWidth),
                        projection("self_attn.o_proj", queryWidth, width),
                        loadRmsNorm(weights, name + "self_attn.q_norm", headDim, epsilon),
                        loadRmsNorm(weights, name + "self_attn.k_norm", headDim, epsilon),
                        loadRmsNorm(weights, name + "post_attention_layernorm", width, epsilon),
                        SwiGlu{projection("mlp.gate_proj", width, inner), projection("mlp.up_proj", width, inner),
                               projection("mlp.down_proj", inner, width)}};
    if (m_weights.options.device().is_cuda()) {
        layer.qkv = stack({&layer.q, &layer.k, &layer.v});
        layer.mlp.gateUp = stack({&layer.mlp.gate, &layer.mlp.up});
    }
    return layer;
}

std::int64_t Qwen3VlLanguage::matrixBytes() const {
    std::int64_t bytes = m_weights.head.weight.bytes();
    for (const LanguageLayer& layer : m_weights.layers)
        for (const Linear* linear :
             {&layer.q, &layer.k, &layer.v, &layer.o, &layer.mlp.gate, &layer.mlp.up, &layer.mlp.down})
            bytes += linear->weight.bytes();
    return bytes;
}

KvCache Qwen3VlLanguage::makeCache() const {
    return KvCache(m_weights.config.layers, m_weights.config.kvHeads, m_weights.config.headDim, m_weights.options);
}

/// In the activation's type, unlike the encoder's (qwen3-vl spec 5.4).
RotaryTable Qwen3VlLanguage::rotary(const at::Tensor& positions) const {
    const RotaryTable wide = m_weights.rotary(positions);
    const at::ScalarType dtype = at::typeMetaToScalarType(m_weights.options.dtype());
    return {wide.cos.to(dtype), wide.sin.to(dtype)};
}

at::Tensor Qwen3VlLanguage::attend(const LanguageLayer& layer, const at::Tensor& hidden, const RotaryTable& table,
                                   std::int64_t index, KvCache& cache) const {
    const std::int64_t count = hidden.size(0), headDim = m_weights.config.headDim;
    if (layer.qkv)
        if (const auto queries = cudaLanguageHeads((*layer.qkv)(hidden), layer.headNorms(), table, index, cache))
            return layer.o(cachedAttention(*queries, cache.view(index, cache.length(index) + count)));
    const at::Tensor q = rotate(layer.qNorm(layer.q(hidden).view({count, m_weights.config.heads, headDim})), table);
    const at::Tensor k = rotate(layer.kNorm(layer.k(hidden).view({count, m_weights.config.kvHeads, headDim})), table);
    const at::Tensor v = layer.v(hidden).view({count, m_weights.config.kvHeads, headDim});
    return layer.o(cachedAttention(q, cache.append(index, k, v)));
}

void Qwen3VlLanguage::run(const LanguageLayer& layer, Residual& hidden, const RotaryTable& table, std::int64_t index,
                          KvCache& cache) const {
    hidden.add(attend(layer, hidden.normed(layer.inputNorm), table, index, cache));
    hidden.add(layer.mlp(hidden.normed(layer.postNorm)));
}

Qwen3VlLanguage::Stream Qwen3VlLanguage::embed(const TokenSequence& prompt, std::int64_t begin,
                                               const VisionFeatures& features) const {
    const at::Device device = m_weights.options.device();
    Stream stream;
    stream.tokens.resize(prompt.ids.size() - static_cast<std::size_t>(begin));
    std::iota(stream.tokens.begin(), stream.tokens.end(), begin);
    const std::vector<std::int64_t> ids(prompt.ids.begin() + begin, prompt.ids.end());
    stream.hidden = m_weights.embedding.rows(onDevice(ids, device));
    findImages(prompt, stream);
    if (stream.imageRows.size(0) > 0)
        stream.hidden.index_copy_(0, stream.imageRows, features.merged.index_select(0, stream.featureRows));
    stream.rotary = rotary(positionTensor(prompt, begin, device));
    return stream;
}

void Qwen3VlLanguage::findImages(const TokenSequence& prompt, Stream& stream) const {
    const std::vector<std::int64_t> feature = featureOfToken(prompt);
    std::vector<std::int64_t> imageRows, featureRows;
    for (std::size_t row = 0; row < stream.tokens.size(); ++row)
        if (const std::int64_t found = feature[static_cast<std::size_t>(stream.tokens[row])]; found >= 0) {
            imageRows.push_back(static_cast<std::int64_t>(row));
            featureRows.push_back(found);
        }
    stream.imageRows = onDevice(imageRows, m_weights.options.device());
    stream.featureRows = onDevice(featureRows, m_weights.options.device());
}

void Qwen3VlLanguage::dropTokens(std::int64_t layer, const TokenSequence& prompt, const KvCache& cache,
                                 const Observer& observer, Stream& stream) const {
    if (!observer.keepTokens)
        return;
    const std::int64_t seen = cache.length(layer) + stream.hidden.size(0);
    const at::Tensor kept = observer.keepTokens({layer, stream.hidden, stream.tokens, cache.view(layer, seen)});
    if (!kept.defined())
        return;
    std::vector<std::int64_t> tokens;
    const at::Tensor rows = kept.to(at::kCPU, at::kLong).contiguous();
    for (std::int64_t i = 0; i < rows.numel(); ++i)
        tokens.push_back(stream.tokens.at(static_cast<std::size_t>(rows.data_ptr<std::int64_t>()[i])));
    check(!tokens.empty() && tokens.back() == stream.tokens.back(), "the last token of a prompt is never dropped");
    stream.tokens = std::move(tokens);
    const at::Tensor alive = rows.to(stream.hidden.device());
    stream.hidden = stream.hidden.index_select(0, alive);
    stream.rotary = stream.rotary.rows(alive);
    findImages(prompt, stream);
}

at::Tensor Qwen3VlLanguage::prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                                    const Observer& observer) const {
    check(cache.length() < prompt.length(), "at least the last token of a prompt is run");
    Stream stream = embed(prompt, cache.length(), features);
    observer("inputs_embeds", stream.hidden);
    observer("text/rope_cos", stream.rotary.cos);
    observer("text/rope_sin", stream.rotary.sin);
    Residual hidden(stream.hidden);
    std::vector<std::int64_t> counts;
    for (std::size_t i = 0; i < m_weights.layers.size(); ++i) {
        const auto layer = static_cast<std::int64_t>(i);
        counts.push_back(hidden.tokens());
        run(m_weights.layers[i], hidden, stream.rotary, layer, cache);
        if (i < features.deepstack.size() && stream.imageRows.size(0) > 0)
            hidden.addRows(stream.imageRows, features.deepstack[i].index_select(0, stream.featureRows));
        observer.checkStop();
        if (observer.onValue || observer.keepTokens) { // somebody wants to see what is there by now
            stream.hidden = hidden.settled();
            observer("text/layer", i, stream.hidden);
            dropTokens(layer, prompt, cache, observer, stream);
            hidden = Residual(stream.hidden);
        }
    }
    stream.hidden = hidden.settled();
    cache.advance(counts);
    if (observer.onValue) { // somebody wants to see every row
        const at::Tensor all = m_weights.norm(stream.hidden);
        observer("text/final_norm", all);
        observer("logits", m_weights.head(all));
    }
    return m_weights.head(m_weights.norm(stream.hidden.narrow(0, stream.hidden.size(0) - 1, 1))).squeeze(0);
}

at::Tensor Qwen3VlLanguage::decode(std::int64_t id, std::int64_t position, KvCache& cache) const {
    return m_step ? m_step->run(id, position, cache) : decodeGenerally(id, position, cache);
}

at::Tensor Qwen3VlLanguage::decodeGenerally(std::int64_t id, std::int64_t position, KvCache& cache) const {
    const at::Device device = m_weights.options.device();
    Residual hidden(m_weights.embedding.rows(at::full({1}, id, at::TensorOptions(device).dtype(at::kLong))));
    const RotaryTable table = rotary(at::full({3, 1}, position, at::TensorOptions(device).dtype(at::kLong)));
    for (std::size_t i = 0; i < m_weights.layers.size(); ++i)
        run(m_weights.layers[i], hidden, table, static_cast<std::int64_t>(i), cache);
    cache.advance(1);
    return m_weights.head(hidden.normed(m_weights.norm)).squeeze(0);
}

std::optional<std::int64_t> Qwen3VlLanguage::decodeGreedy(std::int64_t id, std::int64_t position,
                                                          KvCache& cache) const {
    return m_step ? m_step->runGreedy(id, position, cache) : std::nullopt;
}

} // namespace prunescope::model
