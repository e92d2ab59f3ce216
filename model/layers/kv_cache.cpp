#include "model/layers/kv_cache.h"

#include "core/base/error.h"

#include <algorithm>
#include <atomic>
#include <numeric>

namespace prunescope::model {

KvCache::KvCache(std::int64_t layers, std::int64_t kvHeads, std::int64_t headDim, at::TensorOptions options)
    : m_kvHeads(kvHeads), m_headDim(headDim), m_options(options), m_layers(static_cast<std::size_t>(layers)),
      m_lengths(static_cast<std::size_t>(layers), 0) {
    check(layers > 0, "a cache has layers");
}

at::Tensor KvCache::grown(const at::Tensor& old, std::int64_t length, std::int64_t tokens) const {
    at::Tensor bigger = at::empty({1, m_kvHeads, tokens, m_headDim}, m_options);
    if (length > 0)
        bigger.narrow(2, 0, length).copy_(old.narrow(2, 0, length));
    return bigger;
}

void KvCache::reserve(std::int64_t tokens) {
    if (tokens <= m_capacity)
        return;
    try {
        for (std::size_t i = 0; i < m_layers.size(); ++i) {
            Layer& layer = m_layers[i];
            layer.keys = grown(layer.keys, m_lengths[i], tokens);
            layer.values = grown(layer.values, m_lengths[i], tokens);
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
}

void KvCache::truncate(std::int64_t tokens) {
    changed();
    for (std::int64_t& length : m_lengths)
        length = std::min(length, tokens);
}

void KvCache::advance(std::int64_t count) {
    changed();
    for (std::int64_t& length : m_lengths)
        length += count;
}

void KvCache::advance(const std::vector<std::int64_t>& counts) {
    changed();
    check(counts.size() == m_lengths.size(), "a cache advances in every layer");
    for (std::size_t i = 0; i < counts.size(); ++i)
        m_lengths[i] += counts[i];
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
    makeRoom(count);
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

std::int64_t KvCache::sizeBytes() const {
    const std::int64_t tokens = std::accumulate(m_lengths.begin(), m_lengths.end(), std::int64_t{0});
    return 2 * m_kvHeads * m_headDim * tokens * static_cast<std::int64_t>(m_options.dtype().itemsize());
}

} // namespace prunescope::model
