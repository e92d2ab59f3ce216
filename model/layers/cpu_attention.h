#pragma once

#include "model/layers/kv_cache.h"

#include <ATen/ATen.h>
#include <vector>

namespace prunescope::model {

/// Whether this processor can run our own attention for queries like `q` [tokens, heads, headDim]: bfloat16 on a CPU
/// with AMX.
bool hasCpuAttention(const at::Tensor& q);

/// Computes `segmentAttention` on the CPU. Copies nothing where elements of a head are neighbours.
at::Tensor cpuSegmentAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const std::vector<std::int64_t>& segments);

/// Computes `cachedAttention` on the CPU, for any number of new tokens after any number of cached ones. A single one is
/// quicker without, because all keys are laid out anew.
at::Tensor cpuCachedAttention(const at::Tensor& q, const KvCache::View& cached);

} // namespace prunescope::model
