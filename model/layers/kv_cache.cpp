#include "model/layers/kv_cache.h"

#include "core/base/error.h"

#include <algorithm>
#include <atomic>

namespace prunescope::model {

namespace {

DeltaState copyOf(const DeltaState& state) {
    return state.memory.defined() ? DeltaState{state.recent.clone(), state.memory.clone()} : DeltaState();
}

std::int64_t bytesOf(const DeltaState& state) {
    return state.memory.defined() ? static_cast<std::int64_t>(state.recent.nbytes() + state.memory.nbytes()) : 0;
}

} // namespace

KvCache::KvCache(std::int64_t layers, std::int64_t kvHeads, std::int64_t headDim, at::TensorOptions options)
    : m_kvHeads(kvHeads), m_headDim(headDim), m_options(options), m_layers(static_cast<std::size_t>(layers)),
      m_lengths(static_cast<std::size_t>(layers), 0) {
    check(layers > 0, "a cache has layers");
}

KvCache::KvCache(const LanguageConfig& config, at::TensorOptions options)
    : KvCache(config.layers, config.kvHeads, config.headDim, options) {
    m_linear = config.linearAttention;
    m_linearLayers = config.linear;
}

/// With all of the old room: tokens that have been appended do not count as there yet.
at::Tensor KvCache::grown(const at::Tensor& old, std::int64_t tokens) const {
    at::Tensor bigger = at::empty({1, m_kvHeads, tokens, m_headDim}, m_options);
    if (old.defined())
        bigger.narrow(2, 0, old.size(2)).copy_(old);
    return bigger;
}

void KvCache::reserve(std::int64_t tokens) {
    if (tokens <= m_capacity)
        return;
    try {
        for (std::size_t i = 0; i < m_layers.size(); ++i) {
            if (isLinear(i))
                continue;
            Layer& layer = m_layers[i];
            layer.keys = grown(layer.keys, tokens);
            layer.values = grown(layer.values, tokens);
        }
    } catch (...) { // some layers have grown, others have not
        clear();
        throw;
    }
    m_capacity = tokens;
}

void KvCache::makeRoom(std::int64_t count) {
    const std::int64_t end = length() + count; // no layer holds more than the first
    if (end > m_capacity)
        reserve(std::max(end, m_capacity + m_capacity / 2));
}

void KvCache::clear() {
    changed();
    std::fill(m_layers.begin(), m_layers.end(), Layer{});
    std::fill(m_lengths.begin(), m_lengths.end(), 0);
    m_capacity = 0;
    m_snapshots.clear();
    m_entry = {};
}

std::int64_t KvCache::reachable(std::int64_t tokens) const {
    if (!hasStates() || tokens >= length())
        return std::min(tokens, length());
    const auto after = std::find_if(m_snapshots.begin(), m_snapshots.end(),
                                    [&](const Snapshot& snapshot) { return snapshot.tokens > tokens; });
    return after == m_snapshots.begin() ? 0 : std::prev(after)->tokens;
}

std::int64_t KvCache::truncate(std::int64_t tokens) {
    changed();
    const std::int64_t left = reachable(tokens);
    if (hasStates() && left < length()) {
        std::erase_if(m_snapshots, [&](const Snapshot& snapshot) { return snapshot.tokens > left; });
        for (std::size_t i = 0; i < m_layers.size(); ++i)
            m_layers[i].state = left > 0 ? copyOf(m_snapshots.back().states[i]) : DeltaState();
    }
    for (std::int64_t& length : m_lengths)
        length = std::min(length, left);
    cutEntry(left);
    return left;
}

void KvCache::truncateBelow(std::int64_t layer, std::int64_t tokens) {
    check(!hasStates(), "a cache with states is cut as a whole");
    changed();
    for (std::size_t i = 0; i < m_lengths.size(); ++i)
        m_lengths[i] = static_cast<std::int64_t>(i) < layer ? std::min(m_lengths[i], tokens) : 0;
    cutEntry(tokens);
}

void KvCache::cutEntry(std::int64_t tokens) {
    if (tokens == 0)
        m_entry = {};
    else if (m_entry.tokens() > tokens)
        m_entry.hidden = m_entry.hidden.narrow(0, 0, tokens);
}

void KvCache::keepRows(std::int64_t layer, const at::Tensor& rows) {
    changed();
    const auto index = static_cast<std::size_t>(layer);
    m_lengths[index] = rows.size(0);
    if (isLinear(index))
        return;
    const at::Tensor where = rows.to(m_options.device());
    Layer& stored = m_layers[index];
    for (at::Tensor* values : {&stored.keys, &stored.values})
        values->narrow(2, 0, rows.size(0)).copy_(values->index_select(2, where));
}

DeltaState& KvCache::state(std::int64_t layer) {
    DeltaState& state = m_layers[static_cast<std::size_t>(layer)].state;
    if (!state.memory.defined())
        state = {at::zeros({m_linear.kernel - 1, m_linear.channels()}, m_options),
                 at::zeros({m_linear.valueHeads, m_linear.keyDim, m_linear.valueDim}, m_options.dtype(at::kFloat))};
    return state;
}

void KvCache::setState(std::int64_t layer, DeltaState state) {
    changed();
    m_layers[static_cast<std::size_t>(layer)].state = std::move(state);
}

KvCache::Snapshot& KvCache::snapshotAt(std::int64_t tokens) {
    const auto place = std::find_if(m_snapshots.begin(), m_snapshots.end(),
                                    [&](const Snapshot& snapshot) { return snapshot.tokens >= tokens; });
    if (place != m_snapshots.end() && place->tokens == tokens)
        return *place;
    return *m_snapshots.insert(place, {tokens, std::vector<DeltaState>(m_layers.size())});
}

void KvCache::keepSnapshot(std::int64_t layer, std::int64_t tokens, DeltaState state) {
    snapshotAt(tokens).states[static_cast<std::size_t>(layer)] = std::move(state);
}

void KvCache::advance(std::int64_t count) {
    advance(std::vector<std::int64_t>(m_lengths.size(), count));
}

void KvCache::advance(const std::vector<std::int64_t>& counts) {
    changed();
    check(counts.size() == m_lengths.size(), "a cache advances in every layer");
    for (std::size_t i = 0; i < counts.size(); ++i)
        m_lengths[i] += counts[i];
    if (!isEven()) // what stands at a token is another one in every layer
        m_snapshots.clear();
    while (m_snapshots.size() > kMostSnapshots)
        m_snapshots.erase(m_snapshots.begin());
}

bool KvCache::isEven() const {
    return std::all_of(m_lengths.begin(), m_lengths.end(), [&](std::int64_t n) { return n == m_lengths.front(); });
}

KvCache::View KvCache::room(std::int64_t layer) const {
    const Layer& stored = m_layers[static_cast<std::size_t>(layer)];
    return {stored.keys, stored.values};
}

KvCache::View KvCache::append(std::int64_t layer, const at::Tensor& keys, const at::Tensor& values) {
    const std::int64_t count = keys.size(0), begin = length(layer), end = begin + count;
    if (end > m_capacity)
        reserve(std::max(end, m_capacity + m_capacity / 2));
    Layer& stored = m_layers[static_cast<std::size_t>(layer)];
    stored.keys[0].narrow(1, begin, count).copy_(keys.transpose(0, 1));
    stored.values[0].narrow(1, begin, count).copy_(values.transpose(0, 1));
    changed();
    return view(layer, end);
}

KvCache::View KvCache::view(std::int64_t layer, std::int64_t tokens) const {
    const Layer& stored = m_layers[static_cast<std::size_t>(layer)];
    return {stored.keys.narrow(2, 0, tokens), stored.values.narrow(2, 0, tokens)};
}

void KvCache::changed() {
    static std::atomic<std::uint64_t> last{0};
    m_version = ++last;
}

std::int64_t KvCache::stateBytes() const {
    std::int64_t bytes = 0;
    for (const Layer& layer : m_layers)
        bytes += bytesOf(layer.state);
    for (const Snapshot& snapshot : m_snapshots)
        for (const DeltaState& state : snapshot.states)
            bytes += bytesOf(state);
    return bytes;
}

std::int64_t KvCache::sizeBytes() const {
    std::int64_t tokens = 0;
    for (std::size_t i = 0; i < m_lengths.size(); ++i)
        tokens += isLinear(i) ? 0 : m_lengths[i];
    return 2 * m_kvHeads * m_headDim * tokens * static_cast<std::int64_t>(m_options.dtype().itemsize());
}

} // namespace prunescope::model
