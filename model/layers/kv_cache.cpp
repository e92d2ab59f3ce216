#include "model/layers/kv_cache.h"

#include "core/base/error.h"

#include <algorithm>

namespace prunescope::model {

KvCache::KvCache(std::int64_t layers, std::int64_t kvHeads, std::int64_t headDim, at::TensorOptions options)
    : m_kvHeads(kvHeads), m_headDim(headDim), m_options(options), m_layers(static_cast<std::size_t>(layers)) {}

void KvCache::reserve(std::int64_t tokens) {
    if (tokens <= m_capacity)
        return;
    const auto grown = [&](const at::Tensor& old) {
        at::Tensor bigger = at::empty({1, m_kvHeads, tokens, m_headDim}, m_options);
        if (m_length > 0)
            bigger.narrow(2, 0, m_length).copy_(old.narrow(2, 0, m_length));
        return bigger;
    };
    for (Layer& layer : m_layers)
        layer = {grown(layer.keys), grown(layer.values)};
    m_capacity = tokens;
}

void KvCache::makeRoom(std::int64_t more) {
    if (m_length + more > m_capacity)
        reserve(std::max(m_length + more, m_capacity + m_capacity / 2));
}

KvCache::View KvCache::append(std::int64_t layer, const at::Tensor& keys, const at::Tensor& values) {
    const std::int64_t count = keys.size(0), end = m_length + count;
    makeRoom(count);
    Layer& stored = m_layers[static_cast<std::size_t>(layer)];
    stored.keys[0].narrow(1, m_length, count).copy_(keys.transpose(0, 1));
    stored.values[0].narrow(1, m_length, count).copy_(values.transpose(0, 1));
    return view(layer, end);
}

KvCache::View KvCache::view(std::int64_t layer, std::int64_t tokens) const {
    const Layer& stored = m_layers[static_cast<std::size_t>(layer)];
    return {stored.keys.narrow(2, 0, tokens), stored.values.narrow(2, 0, tokens)};
}

void KvCache::truncate(std::int64_t tokens) {
    check(tokens <= m_length, "a cache is cut to what it holds");
    m_length = tokens;
}

KvCache::View KvCache::room(std::int64_t layer) const {
    const Layer& stored = m_layers[static_cast<std::size_t>(layer)];
    return {stored.keys, stored.values};
}

std::int64_t KvCache::sizeBytes() const {
    return 2 * static_cast<std::int64_t>(m_layers.size()) * m_kvHeads * m_headDim * m_length *
           static_cast<std::int64_t>(m_options.dtype().itemsize());
}

} // namespace prunescope::model
