#include "model/layers/column_attention.h"

#include "core/base/error.h"
#include "model/layers/cpu_attention.h"

#include <algorithm>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr std::int64_t kMostScores = 8 << 20; ///< at a time: 32 MiB

/// [tokens, heads, headDim] -> [heads, tokens, headDim] float32
at::Tensor byHead(const at::Tensor& x) {
    return x.transpose(0, 1).to(at::kFloat);
}

/// Sums over heads and queries of one segment.
at::Tensor plainSums(const at::Tensor& q, const at::Tensor& k) {
    const at::Tensor queries = byHead(q) / std::sqrt(static_cast<double>(q.size(2))), keys = byHead(k).transpose(1, 2);
    const std::int64_t tokens = q.size(0), most = std::max<std::int64_t>(1, kMostScores / (q.size(1) * tokens));
    at::Tensor sums = at::zeros({tokens}, queries.options());
    for (std::int64_t first = 0; first < tokens; first += most) {
        const at::Tensor some = queries.narrow(1, first, std::min(most, tokens - first));
        sums += at::bmm(some, keys).softmax(-1).sum(at::IntArrayRef{0, 1});
    }
    return sums;
}

} // namespace

at::Tensor columnMeans(const at::Tensor& q, const at::Tensor& k, const std::vector<std::int64_t>& segments,
                       const at::Tensor& logTotals) {
    at::Tensor means = logTotals.defined() ? cpuColumnSums(q, k, segments, logTotals)
                                           : at::zeros({q.size(0)}, q.options().dtype(at::kFloat));
    std::int64_t start = 0;
    for (const std::int64_t length : segments) {
        const at::Tensor mine = means.narrow(0, start, length);
        if (!logTotals.defined() && length > 0)
            mine.copy_(plainSums(q.narrow(0, start, length), k.narrow(0, start, length)));
        mine.div_(static_cast<double>(std::max<std::int64_t>(1, length * q.size(1))));
        start += length;
    }
    check(start == q.size(0), "attention segments cover all tokens");
    return means;
}

at::Tensor rowAttention(const at::Tensor& q, const at::Tensor& k) {
    const at::Tensor queries = q.to(at::kFloat).unsqueeze(2) / std::sqrt(static_cast<double>(q.size(2)));
    const at::Tensor keys = k.to(at::kFloat).permute({0, 2, 3, 1});
    return at::matmul(queries, keys).softmax(-1).mean(1).squeeze(1);
}

} // namespace prunescope::model
