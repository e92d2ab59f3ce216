#include "model/network/language_network.h"

#include "core/base/error.h"

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

LanguageNetwork::LanguageNetwork(const LanguageConfig& config, const TensorPrefixes& prefixes, WeightSource& weights,
                                 const WeightTarget& target)
    : m_weights(loadLanguage(config, prefixes, weights, target)),
      m_step(weights.trains() ? nullptr : makeTokenStep(m_weights)) {}

std::int64_t LanguageNetwork::matrixBytes() const {
    std::int64_t bytes = m_weights.head.bytes();
    for (const LanguageLayer& layer : m_weights.layers)
        bytes += layer.bytes();
    return bytes;
}

/// In the activation's type, unlike the encoder's (qwen3-vl spec 5.4).
RotaryTable LanguageNetwork::rotary(const at::Tensor& positions) const {
    const RotaryTable wide = m_weights.rotary(positions);
    const at::ScalarType dtype = at::typeMetaToScalarType(m_weights.options.dtype());
    return {wide.cos.to(dtype), wide.sin.to(dtype)};
}

LanguageNetwork::Stream LanguageNetwork::embed(const TokenSequence& prompt, std::int64_t begin,
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

void LanguageNetwork::findImages(const TokenSequence& prompt, Stream& stream) const {
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

void LanguageNetwork::dropTokens(std::int64_t layer, const TokenSequence& prompt, const KvCache& cache,
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

/// All layers, with what is dropped between them.
void LanguageNetwork::run(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                          const Observer& observer, Stream& stream) const {
    LanguagePass pass{stream.rotary, &cache, {}, {}, &observer, {}};
    if (!observer.keepTokens)
        for (const int border : prompt.borders)
            pass.borders.push_back(border - stream.tokens.front());
    Residual hidden(stream.hidden);
    std::vector<std::int64_t> counts;
    for (std::size_t i = 0; i < m_weights.layers.size(); ++i) {
        const auto layer = static_cast<std::int64_t>(i);
        counts.push_back(hidden.tokens());
        runLanguageLayer(m_weights.layers[i], m_weights.config, layer, hidden, pass);
        if (i < features.deepstack.size() && stream.imageRows.size(0) > 0)
            hidden.addRows(stream.imageRows, features.deepstack[i].index_select(0, stream.featureRows));
        observer.checkStop();
        if (observer.onValue || observer.keepTokens) { // somebody wants to see what is there by now
            stream.hidden = hidden.settled();
            observer("text/layer", i, stream.hidden);
            dropTokens(layer, prompt, cache, observer, stream);
            pass.rotary = stream.rotary;
            hidden = Residual(stream.hidden);
        }
    }
    stream.hidden = hidden.settled();
    pass.settle();
    cache.advance(counts);
}

at::Tensor LanguageNetwork::prefill(const TokenSequence& prompt, const VisionFeatures& features, KvCache& cache,
                                    const Observer& observer) const {
    check(cache.length() < prompt.length(), "at least the last token of a prompt is run");
    Stream stream = embed(prompt, cache.length(), features);
    observer("inputs_embeds", stream.hidden);
    observer("text/rope_cos", stream.rotary.cos);
    observer("text/rope_sin", stream.rotary.sin);
    run(prompt, features, cache, observer, stream);
    if (observer.onValue) { // somebody wants to see every row
        const at::Tensor all = m_weights.norm(stream.hidden);
        observer("text/final_norm", all);
        observer("logits", m_weights.head(all));
    }
    return m_weights.head(m_weights.norm(stream.hidden.narrow(0, stream.hidden.size(0) - 1, 1))).squeeze(0);
}

at::Tensor LanguageNetwork::decode(std::int64_t id, std::int64_t position, KvCache& cache) const {
    return m_step ? m_step->run(id, position, cache) : decodeGenerally(id, position, cache);
}

at::Tensor LanguageNetwork::decodeGenerally(std::int64_t id, std::int64_t position, KvCache& cache) const {
    const at::TensorOptions whole = at::TensorOptions(m_weights.options.device()).dtype(at::kLong);
    Residual hidden(m_weights.embedding.rows(at::full({1}, id, whole)));
    LanguagePass pass{rotary(at::full({3, 1}, position, whole)), &cache, {}, {}, nullptr, {}};
    for (std::size_t i = 0; i < m_weights.layers.size(); ++i)
        runLanguageLayer(m_weights.layers[i], m_weights.config, static_cast<std::int64_t>(i), hidden, pass);
    pass.settle();
    cache.advance(1);
    return m_weights.head(hidden.normed(m_weights.norm)).squeeze(0);
}

at::Tensor LanguageNetwork::states(const LanguageRows& rows, const VisionFeatures& features,
                                   const at::Tensor& wanted) const {
    at::Tensor tokens = m_weights.embedding.rows(rows.ids);
    if (features.merged.defined())
        tokens = tokens.index_copy(0, rows.visual, features.merged);
    Residual hidden(tokens);
    LanguagePass pass{rotary(rows.positions), nullptr, rows.segments, {}, nullptr, {}};
    for (std::size_t i = 0; i < m_weights.layers.size(); ++i) {
        runLanguageLayer(m_weights.layers[i], m_weights.config, static_cast<std::int64_t>(i), hidden, pass);
        if (i < features.deepstack.size())
            hidden.addRows(rows.visual, features.deepstack[i]);
    }
    return m_weights.norm(hidden.settled().index_select(0, wanted));
}

std::optional<std::int64_t> LanguageNetwork::decodeGreedy(std::int64_t id, std::int64_t position,
                                                          KvCache& cache) const {
    return m_step ? m_step->runGreedy(id, position, cache) : std::nullopt;
}

} // namespace prunescope::model
