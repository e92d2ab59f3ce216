#include "model/layers/attention.h"

#include "core/base/error.h"
#include "model/layers/cpu_attention.h"

#include <algorithm>
#include <functional>

namespace prunescope::model {

namespace {

/// [tokens, heads, headDim] -> [1, heads, tokens, headDim]
at::Tensor batched(const at::Tensor& x) {
    return x.transpose(0, 1).unsqueeze(0);
}

/// [1, heads, tokens, headDim] -> [tokens, heads * headDim]
at::Tensor flattened(const at::Tensor& x) {
    return x.squeeze(0).transpose(0, 1).reshape({x.size(2), x.size(1) * x.size(3)});
}

/// Each key head repeated for the query heads that share it.
at::Tensor repeated(const at::Tensor& x, std::int64_t groups) {
    if (groups == 1)
        return x;
    return x.unsqueeze(2)
        .expand({1, x.size(1), groups, x.size(2), x.size(3)})
        .reshape({1, x.size(1) * groups, x.size(2), x.size(3)});
}

/// Segments of equal length, all in one call.
at::Tensor equalSegmentAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::int64_t count) {
    const auto part = [&](const at::Tensor& x) { return x.unflatten(0, {count, x.size(0) / count}).transpose(1, 2); };
    return at::scaled_dot_product_attention(part(q), part(k), part(v))
        .transpose(1, 2)
        .reshape({q.size(0), q.size(1) * q.size(2)});
}

/// Row i of the last `count` of `total` tokens sees itself and all before it: [count, total] bool.
at::Tensor seenBySuffix(std::int64_t count, std::int64_t total, at::Device device) {
    return at::ones({count, total}, at::TensorOptions(device).dtype(at::kBool)).tril_(total - count);
}

} // namespace

at::Tensor segmentAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                            const std::vector<std::int64_t>& segments) {
    if (hasCpuAttention(q))
        return cpuSegmentAttention(q, k, v, segments);
    const auto count = static_cast<std::int64_t>(segments.size());
    if (count > 0 && std::adjacent_find(segments.begin(), segments.end(), std::not_equal_to<>()) == segments.end() &&
        count * segments.front() == q.size(0))
        return equalSegmentAttention(q, k, v, count);
    std::vector<at::Tensor> results;
    std::int64_t start = 0;
    for (const std::int64_t length : segments) {
        const auto part = [&](const at::Tensor& x) { return batched(x.narrow(0, start, length)); };
        results.push_back(flattened(at::scaled_dot_product_attention(part(q), part(k), part(v))));
        start += length;
    }
    check(start == q.size(0), "attention segments cover all tokens");
    return results.size() == 1 ? results.front() : at::cat(results);
}

at::Tensor cachedAttention(const at::Tensor& q, const KvCache::View& cached) {
    const std::int64_t count = q.size(0), heads = q.size(1), headDim = q.size(2);
    const std::int64_t total = cached.keys.size(2), kvHeads = cached.keys.size(1), groups = heads / kvHeads;
    if (count == 1) { // sees everything: its query heads of a group stand where tokens usually do, nothing is repeated
        const at::Tensor grouped = q.view({1, kvHeads, groups, headDim});
        return at::scaled_dot_product_attention(grouped, cached.keys, cached.values).reshape({1, heads * headDim});
    }
    if (hasCpuAttention(q))
        return cpuCachedAttention(q, cached);
    const bool fresh = count == total;
    if (fresh && q.is_cuda() && q.scalar_type() == at::kBFloat16) // flash attention finds a query's key head by itself
        return flattened(at::scaled_dot_product_attention(batched(q), cached.keys, cached.values, {}, 0.0, true,
                                                          std::nullopt, true));
    return flattened(at::scaled_dot_product_attention(
        batched(q), repeated(cached.keys, groups), repeated(cached.values, groups),
        fresh ? std::optional<at::Tensor>() : seenBySuffix(count, total, q.device()), 0.0, fresh));
}

} // namespace prunescope::model
