#include "model/network/language_network.h"

#include "core/base/error.h"

#include <numeric>
#include <set>
#include <utility>

namespace prunescope::model {

namespace {

at::Tensor onDevice(const std::vector<std::int64_t>& values, at::Device device) {
    return at::tensor(values, at::kLong).to(device);
}

/// Positions of some tokens: [3, tokens].
at::Tensor positionTensor(const TokenSequence& prompt, const std::vector<std::int64_t>& tokens, at::Device device) {
    const at::Tensor which = at::tensor(tokens, at::kLong);
    std::vector<at::Tensor> axes;
    for (const auto& axis : prompt.positions)
        axes.push_back(at::tensor(axis, at::kLong).index_select(0, which));
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

template <typename T>
std::vector<T> picked(const std::vector<T>& values, const std::vector<std::int64_t>& which) {
    std::vector<T> chosen;
    chosen.reserve(which.size());
    for (const std::int64_t i : which)
        chosen.push_back(values.at(static_cast<std::size_t>(i)));
    return chosen;
}

/// Rows of `tokens` whose queries are asked for.
std::vector<std::int64_t> askedRows(LayerNeeds::Queries queries, const TokenSequence& prompt,
                                    const std::vector<std::int64_t>& tokens) {
    std::vector<std::int64_t> rows(tokens.size());
    std::iota(rows.begin(), rows.end(), std::int64_t{0});
    if (queries == LayerNeeds::Queries::AllRows)
        return rows;
    if (queries == LayerNeeds::Queries::LastRow)
        return {rows.back()};
    const std::int64_t firstText = prompt.images.empty() ? 0 : prompt.images.back().first + prompt.images.back().count;
    std::erase_if(rows, [&](std::int64_t row) { return tokens[static_cast<std::size_t>(row)] < firstText; });
    return rows;
}

/// Rows of `seen`, which a layer has seen, that are still there in the end.
std::vector<std::int64_t> survivors(const std::vector<std::int64_t>& seen, const std::vector<std::int64_t>& left) {
    std::vector<std::int64_t> rows;
    const std::set<std::int64_t> alive(left.begin(), left.end());
    for (std::size_t row = 0; row < seen.size(); ++row)
        if (alive.contains(seen[row]))
            rows.push_back(static_cast<std::int64_t>(row));
    return rows;
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

LanguageNetwork::Stream LanguageNetwork::embed(const Prompt& prompt, std::int64_t begin) const {
    Stream stream;
    stream.tokens.resize(prompt.tokens.ids.size() - static_cast<std::size_t>(begin));
    std::iota(stream.tokens.begin(), stream.tokens.end(), begin);
    stream.hidden = embeddings(prompt, stream.tokens);
    stream.deepstack = prompt.features.deepstack;
    setFeatures(picked(featureOfToken(prompt.tokens), stream.tokens), stream);
    stream.rotary = rotary(positionTensor(prompt.tokens, stream.tokens, m_weights.options.device()));
    return stream;
}

void LanguageNetwork::setFeatures(std::vector<std::int64_t> feature, Stream& stream) const {
    std::vector<std::int64_t> imageRows, featureRows;
    for (std::size_t row = 0; row < feature.size(); ++row)
        if (feature[row] >= 0) {
            imageRows.push_back(static_cast<std::int64_t>(row));
            featureRows.push_back(feature[row]);
        }
    stream.feature = std::move(feature);
    stream.imageRows = onDevice(imageRows, m_weights.options.device());
    stream.featureRows = onDevice(featureRows, m_weights.options.device());
}

/// Those of words, with the features in the place of image tokens.
at::Tensor LanguageNetwork::embeddings(const Prompt& prompt, const std::vector<std::int64_t>& tokens) const {
    const at::Device device = m_weights.options.device();
    const at::Tensor rows = m_weights.embedding.rows(onDevice(picked(prompt.tokens.ids, tokens), device));
    Stream found;
    setFeatures(picked(featureOfToken(prompt.tokens), tokens), found);
    if (found.imageRows.size(0) > 0)
        rows.index_copy_(0, found.imageRows, prompt.features.merged.index_select(0, found.featureRows));
    return rows;
}

/// At the first layer that drops tokens: the tokens of the last prompt that this one shares come back in, and all of
/// them are kept for the next.
void LanguageNetwork::joinEntry(std::int64_t layer, const Prompt& prompt, Stream& stream) const {
    const std::int64_t begin = stream.tokens.front();
    if (begin > 0) {
        const KvCache::Entry& entry = prompt.cache.entry();
        check(entry.layer == layer && entry.tokens() >= begin, "what layers go on from was kept");
        stream.hidden = at::cat({entry.hidden.narrow(0, 0, begin), stream.hidden});
        stream.tokens.resize(prompt.tokens.ids.size());
        std::iota(stream.tokens.begin(), stream.tokens.end(), std::int64_t{0});
        setFeatures(featureOfToken(prompt.tokens), stream);
    }
    if (prompt.pruning->cutFrom() >= layer && !prompt.cache.hasStates())
        prompt.cache.setEntry({layer, stream.hidden}); // what goes on is a copy
}

LayerRows LanguageNetwork::rowsFor(std::int64_t layer, const Prompt& prompt, const LanguagePass& pass,
                                   const Stream& stream) const {
    const LayerNeeds needs = prompt.pruning->needs(layer);
    LayerRows rows{layer, stream.hidden, stream.tokens, {}, {}, {}, {}, {}, {}};
    if (needs.queries != LayerNeeds::Queries::None)
        rows.queryRows = askedRows(needs.queries, prompt.tokens, stream.tokens);
    if (needs.attention && needs.ofNextLayer) {
        const at::Tensor asked = onDevice(rows.queryRows, stream.hidden.device());
        const RotaryTable table = rotary(positionTensor(prompt.tokens, stream.tokens, stream.hidden.device()));
        const LayerHeads heads = headsOf(m_weights.layers.at(static_cast<std::size_t>(layer)), m_weights.config,
                                         stream.hidden, table, asked);
        rows.queries = heads.queries;
        rows.keys = heads.keys;
        rows.values = heads.values;
    } else if (needs.attention) {
        const KvCache::View seen = prompt.cache.view(layer - 1, stream.hidden.size(0));
        rows.keys = seen.keys.squeeze(0);
        rows.values = seen.values.squeeze(0);
        rows.queries = pass.queries;
        check(needs.queries == LayerNeeds::Queries::None ||
                  rows.queries.size(1) == static_cast<std::int64_t>(rows.queryRows.size()),
              "all queries that are asked for are of rows that have run");
    }
    if (needs.normed)
        rows.normed = m_weights.layers.at(static_cast<std::size_t>(layer)).inputNorm(stream.hidden);
    rows.embeddings = [this, &prompt](const std::vector<std::int64_t>& tokens) { return embeddings(prompt, tokens); };
    return rows;
}

/// DeepStack's features of the layers to come, for rows that are made of several.
void LanguageNetwork::mixFeatures(std::int64_t layer, const RowMix& mix, Stream& stream) const {
    for (std::size_t set = static_cast<std::size_t>(layer); set < stream.deepstack.size(); ++set) {
        const at::Tensor all = at::zeros_like(stream.hidden);
        all.index_copy_(0, stream.imageRows, stream.deepstack[set].index_select(0, stream.featureRows));
        stream.deepstack[set] = mixRows(all, mix);
    }
}

void LanguageNetwork::dropTokens(std::int64_t layer, const Prompt& prompt, const LanguagePass& pass,
                                 Stream& stream) const {
    prompt.pruning->begins();
    const KeptRows kept = prompt.pruning->prune(rowsFor(layer, prompt, pass, stream));
    const std::int64_t last = stream.tokens.back();
    std::vector<std::int64_t> feature = picked(stream.feature, kept.rows);
    if (kept.mix) {
        mixFeatures(layer, *kept.mix, stream);
        for (std::size_t row = 0; row < feature.size(); ++row) // there is a row of features for every row now
            feature[row] = feature[row] < 0 ? -1 : static_cast<std::int64_t>(row);
        stream.hidden = mixRows(stream.hidden, *kept.mix);
    } else {
        stream.hidden = stream.hidden.index_select(0, onDevice(kept.rows, stream.hidden.device()));
    }
    stream.tokens = picked(stream.tokens, kept.rows);
    check(!stream.tokens.empty() && stream.tokens.back() == last, "the last token of a prompt is never dropped");
    setFeatures(std::move(feature), stream);
    stream.rotary = rotary(positionTensor(prompt.tokens, stream.tokens, stream.hidden.device()));
    prompt.pruning->ended();
}

/// All layers, with what is dropped between them.
void LanguageNetwork::run(const Prompt& prompt, Stream& stream) const {
    LanguagePass pass{stream.rotary, &prompt.cache, {}, {}, &prompt.observer, {}, {}, {}};
    if (!prompt.pruning)
        for (const int border : prompt.tokens.borders)
            pass.borders.push_back(border - stream.tokens.front());
    Residual hidden(stream.hidden);
    std::vector<std::int64_t> counts;
    std::vector<std::vector<std::int64_t>> seen; // tokens of each layer, where some are dropped
    bool hasDropped = false;
    for (std::size_t i = 0; i < m_weights.layers.size(); ++i) {
        const auto layer = static_cast<std::int64_t>(i);
        if (prompt.pruning && prompt.pruning->isAsked(layer)) {
            stream.hidden = hidden.settled();
            if (!std::exchange(hasDropped, true))
                joinEntry(layer, prompt, stream);
            dropTokens(layer, prompt, pass, stream);
            pass.rotary = stream.rotary;
            hidden = Residual(stream.hidden);
        }
        pass.askedRows = at::Tensor();
        if (prompt.pruning && prompt.pruning->isAsked(layer + 1))
            if (const LayerNeeds needs = prompt.pruning->needs(layer + 1);
                needs.queries != LayerNeeds::Queries::None && !needs.ofNextLayer)
                pass.askedRows =
                    onDevice(askedRows(needs.queries, prompt.tokens, stream.tokens), stream.hidden.device());
        counts.push_back(hidden.tokens());
        if (prompt.pruning)
            seen.push_back(stream.tokens);
        runLanguageLayer(m_weights.layers[i], m_weights.config, layer, hidden, pass);
        if (i < stream.deepstack.size() && stream.imageRows.size(0) > 0)
            hidden.addRows(stream.imageRows, stream.deepstack[i].index_select(0, stream.featureRows));
        prompt.observer.checkStop();
        if (prompt.observer.onValue)
            prompt.observer("text/layer", i, hidden.settled());
    }
    stream.hidden = hidden.settled();
    pass.settle();
    prompt.cache.advance(counts);
    if (prompt.pruning)
        for (std::int64_t layer = prompt.pruning->cutFrom(); layer < prompt.cache.layers(); ++layer)
            prompt.cache.keepRows(
                layer, at::tensor(survivors(seen[static_cast<std::size_t>(layer)], stream.tokens), at::kLong));
}

at::Tensor LanguageNetwork::prefill(const TokenSequence& tokens, const VisionFeatures& features, KvCache& cache,
                                    const Observer& observer, LayerPruning* pruning) const {
    check(cache.length() < tokens.length(), "at least the last token of a prompt is run");
    const Prompt prompt{tokens, features, cache, observer, pruning};
    Stream stream = embed(prompt, cache.length());
    observer("inputs_embeds", stream.hidden);
    observer("text/rope_cos", stream.rotary.cos);
    observer("text/rope_sin", stream.rotary.sin);
    run(prompt, stream);
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
    LanguagePass pass{rotary(at::full({3, 1}, position, whole)), &cache, {}, {}, nullptr, {}, {}, {}};
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
    LanguagePass pass{rotary(rows.positions), nullptr, rows.segments, {}, nullptr, {}, {}, {}};
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
