#pragma once

#include "model/layers/kv_cache.h"

#include <ATen/ATen.h>
#include <vector>

namespace prunescope::model {

/// Attention without a mask inside each segment of consecutive tokens. q, k, v: [tokens, heads, headDim]; `segments`:
/// their lengths, summing to tokens. Result [tokens, heads * headDim].
at::Tensor segmentAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                            const std::vector<std::int64_t>& segments);

/// Grouped-query attention of new tokens to everything cached, causal among themselves. q: [tokens, heads, headDim];
/// the tokens' own keys and values are the last of `cached`, those before them are seen by all. Consecutive query heads
/// share a key head. Result [tokens, heads * headDim].
at::Tensor cachedAttention(const at::Tensor& q, const KvCache::View& cached);

} // namespace prunescope::model
