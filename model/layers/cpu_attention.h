#pragma once

#include "model/layers/kv_cache.h"

#include <ATen/ATen.h>
#include <vector>

namespace prunescope::model {

/// Whether this processor can run our own attention for queries like `q` [tokens, heads, headDim]: bfloat16 on a CPU
/// with AMX.
bool hasCpuAttention(const at::Tensor& q);

/// Computes `segmentAttention` on the CPU. Copies nothing where elements of a head are neighbours. `logTotals` [heads,
/// tokens] float32, where it is defined, gets what cpuColumnSums asks for; the result is the same.
at::Tensor cpuSegmentAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const std::vector<std::int64_t>& segments, const at::Tensor& logTotals = {});

/// How much attention each token gets from all heads of all tokens of its segment, each of which gives 1 in all:
/// [tokens] float32. `logTotals`: of cpuSegmentAttention with the same tensors.
at::Tensor cpuColumnSums(const at::Tensor& q, const at::Tensor& k, const std::vector<std::int64_t>& segments,
                         const at::Tensor& logTotals);

/// Computes `cachedAttention` on the CPU, for any number of new tokens after any number of cached ones. A single one is
/// quicker without, because all keys are laid out anew.
at::Tensor cpuCachedAttention(const at::Tensor& q, const KvCache::View& cached);

} // namespace prunescope::model
