#include "model/layers/cpu_attention.h"

#include "core/base/error.h"
#include "model/kernels/attention_columns.h"

#include <ATen/Parallel.h>
#include <cmath>
#include <cstddef>

namespace prunescope::model {

namespace {

struct alignas(64) CacheLine {
    std::byte bytes[64];
};

/// Memory of `bytes`, kept from call to call: fresh memory costs a page fault every 4 KiB.
void* threadScratch(std::size_t bytes) {
    thread_local std::vector<CacheLine> scratch;
    const std::size_t lines = (bytes + sizeof(CacheLine) - 1) / sizeof(CacheLine);
    if (scratch.size() < lines)
        scratch.resize(lines);
    return scratch.data();
}

/// x [tokens, heads, headDim] with the elements of a head side by side.
at::Tensor withDenseHeads(const at::Tensor& x) {
    return x.stride(2) == 1 ? x : x.contiguous();
}

AttentionCall::Rows rowsOf(const at::Tensor& x) {
    return {static_cast<const std::uint16_t*>(x.const_data_ptr()), x.stride(0), x.stride(1)};
}

/// q: [queries, heads, headDim]; k: [keys, kvHeads, headDim]. Neither values nor a result yet.
AttentionCall callOf(const at::Tensor& q, const at::Tensor& k, bool causal) {
    check(k.scalar_type() == q.scalar_type(), "attention is of one type");
    check(k.size(2) == q.size(2), "attention's keys fit its queries");
    AttentionCall call{};
    call.q = rowsOf(q);
    call.k = rowsOf(k);
    call.queries = q.size(0);
    call.keys = k.size(0);
    call.heads = static_cast<int>(q.size(1));
    call.kvHeads = static_cast<int>(k.size(1));
    call.headDim = static_cast<int>(q.size(2));
    call.causal = causal;
    call.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(q.size(2))));
    return call;
}

/// v: as k; out: as q.
AttentionCall callOf(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, bool causal,
                     const at::Tensor& out) {
    check(v.scalar_type() == q.scalar_type() && v.sizes() == k.sizes(), "attention's values fit its keys");
    AttentionCall call = callOf(q, k, causal);
    call.v = rowsOf(v);
    call.out = static_cast<std::uint16_t*>(out.mutable_data_ptr());
    call.outTokenStride = out.stride(0);
    call.outHeadStride = out.stride(1);
    return call;
}

/// `totals`: [heads, tokens], from the segment's first token on.
void addTotals(AttentionCall& call, const at::Tensor& totals) {
    call.logTotals = totals.mutable_data_ptr<float>();
    call.logTotalsStride = totals.stride(0);
}

at::Tensor packedKeys(const FlashAttention& plan) {
    at::Tensor packed = at::empty({static_cast<std::int64_t>(plan.packedBytes)}, at::kByte);
    void* tiles = packed.mutable_data_ptr();
    at::parallel_for(0, plan.packItems, 1,
                     [&](std::int64_t first, std::int64_t last) { packFlashAttention(plan, tiles, first, last); });
    return packed;
}

void run(const AttentionCall& call) {
    const FlashAttention plan = planFlashAttention(call);
    const at::Tensor packed = packedKeys(plan);
    at::parallel_for(0, plan.attendItems, 1, [&](std::int64_t first, std::int64_t last) {
        runFlashAttention(plan, packed.const_data_ptr(), first, last, threadScratch(flashScratchBytes()));
    });
}

void sumColumns(const AttentionCall& call, float* sums) {
    const AttentionColumns columns = planAttentionColumns(call, at::get_num_threads());
    const at::Tensor packed = packedKeys(columns.plan);
    at::parallel_for(0, columns.items, 1, [&](std::int64_t first, std::int64_t last) {
        sumAttentionColumns(columns, packed.const_data_ptr(), first, last, threadScratch(columnScratchBytes()), sums);
    });
}

/// `work(start, length)` for each segment that has tokens.
template <typename Work>
void forSegments(const std::vector<std::int64_t>& segments, std::int64_t tokens, const Work& work) {
    std::int64_t start = 0;
    for (const std::int64_t length : segments) {
        if (length > 0)
            work(start, length);
        start += length;
    }
    check(start == tokens, "attention segments cover all tokens");
}

} // namespace

bool hasCpuAttention(const at::Tensor& q) {
    return q.is_cpu() && q.scalar_type() == at::kBFloat16 && flashAttentionTakes(static_cast<int>(q.size(2))) &&
           flashAttentionRuns();
}

at::Tensor cpuSegmentAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const std::vector<std::int64_t>& segments, const at::Tensor& logTotals) {
    const at::Tensor denseQ = withDenseHeads(q), denseK = withDenseHeads(k), denseV = withDenseHeads(v);
    const at::Tensor out = at::empty(q.sizes(), q.options());
    forSegments(segments, q.size(0), [&](std::int64_t start, std::int64_t length) {
        const auto part = [&](const at::Tensor& x) { return x.narrow(0, start, length); };
        AttentionCall call = callOf(part(denseQ), part(denseK), part(denseV), false, part(out));
        if (logTotals.defined())
            addTotals(call, logTotals.narrow(1, start, length));
        run(call);
    });
    return out.view({q.size(0), q.size(1) * q.size(2)});
}

at::Tensor cpuColumnSums(const at::Tensor& q, const at::Tensor& k, const std::vector<std::int64_t>& segments,
                         const at::Tensor& logTotals) {
    const at::Tensor denseQ = withDenseHeads(q), denseK = withDenseHeads(k);
    at::Tensor sums = at::empty({q.size(0)}, at::kFloat);
    forSegments(segments, q.size(0), [&](std::int64_t start, std::int64_t length) {
        AttentionCall call = callOf(denseQ.narrow(0, start, length), denseK.narrow(0, start, length), false);
        addTotals(call, logTotals.narrow(1, start, length));
        sumColumns(call, sums.mutable_data_ptr<float>() + start);
    });
    return sums;
}

at::Tensor cpuCachedAttention(const at::Tensor& q, const KvCache::View& cached) {
    const auto byToken = [](const at::Tensor& x) { return withDenseHeads(x[0].transpose(0, 1)); };
    const at::Tensor out = at::empty(q.sizes(), q.options());
    run(callOf(withDenseHeads(q), byToken(cached.keys), byToken(cached.values), true, out));
    return out.view({q.size(0), q.size(1) * q.size(2)});
}

} // namespace prunescope::model
