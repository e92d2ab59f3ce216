#pragma once

#include <ATen/ATen.h>
#include <vector>

namespace prunescope::model {

/// How much attention each token gets: the mean, over all heads and all tokens of its segment, of the attention that
/// they pay to it (uniprune spec 5). q, k: [tokens, heads, headDim], turned; `segments`: as of segmentAttention. A
/// segment's means add up to 1. `logTotals`: what cpuSegmentAttention left for the same tensors, or undefined: then
/// everything is computed anew, in float32 and some queries at a time. Result [tokens] float32.
at::Tensor columnMeans(const at::Tensor& q, const at::Tensor& k, const std::vector<std::int64_t>& segments,
                       const at::Tensor& logTotals = {});

/// The attention that one query of each sequence pays to all its tokens, mean over the heads. q: [sequences, heads,
/// headDim]; k: [sequences, tokens, heads, headDim]. Result [sequences, tokens] float32.
at::Tensor rowAttention(const at::Tensor& q, const at::Tensor& k);

} // namespace prunescope::model
