#include "model/layers/cpu_attention.h"

#include "core/base/error.h"
#include "model/kernels/flash_attention.h"

#include <ATen/Parallel.h>
#include <cmath>
#include <cstddef>

namespace prunescope::model {

namespace {

struct alignas(64) CacheLine {
    std::byte bytes[64];
};

/// Kept from call to call: fresh memory costs a page fault every 4 KiB.
void* threadScratch() {
    thread_local std::vector<CacheLine> scratch((flashScratchBytes() + sizeof(CacheLine) - 1) / sizeof(CacheLine));
    return scratch.data();
}

/// x [tokens, heads, headDim] with the elements of a head side by side.
at::Tensor withDenseHeads(const at::Tensor& x) {
    return x.stride(2) == 1 ? x : x.contiguous();
}

AttentionCall::Rows rowsOf(const at::Tensor& x) {
    return {static_cast<const std::uint16_t*>(x.const_data_ptr()), x.stride(0), x.stride(1)};
}

/// q, out: [queries, heads, headDim]; k, v: [keys, kvHeads, headDim].
AttentionCall callOf(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, bool causal,
                     const at::Tensor& out) {
    check(k.scalar_type() == q.scalar_type() && v.scalar_type() == q.scalar_type(), "attention is of one type");
    check(k.size(2) == q.size(2) && v.sizes() == k.sizes(), "attention's keys and values fit its queries");
    AttentionCall call{};
    call.q = rowsOf(q);
    call.k = rowsOf(k);
    call.v = rowsOf(v);
    call.out = static_cast<std::uint16_t*>(out.mutable_data_ptr());
    call.outTokenStride = out.stride(0);
    call.outHeadStride = out.stride(1);
    call.queries = q.size(0);
    call.keys = k.size(0);
    call.heads = static_cast<int>(q.size(1));
    call.kvHeads = static_cast<int>(k.size(1));
    call.headDim = static_cast<int>(q.size(2));
    call.causal = causal;
    call.scale = static_cast<float>(1 / std::sqrt(static_cast<double>(q.size(2))));
    return call;
}

void run(const AttentionCall& call) {
    const FlashAttention plan = planFlashAttention(call);
    const at::Tensor packed = at::empty({static_cast<std::int64_t>(plan.packedBytes)}, at::kByte);
    void* tiles = packed.mutable_data_ptr();
    at::parallel_for(0, plan.packItems, 1,
                     [&](std::int64_t first, std::int64_t last) { packFlashAttention(plan, tiles, first, last); });
    at::parallel_for(0, plan.attendItems, 1, [&](std::int64_t first, std::int64_t last) {
        runFlashAttention(plan, tiles, first, last, threadScratch());
    });
}

} // namespace

bool hasCpuAttention(const at::Tensor& q) {
    return q.is_cpu() && q.scalar_type() == at::kBFloat16 && flashAttentionTakes(static_cast<int>(q.size(2))) &&
           flashAttentionRuns();
}

at::Tensor cpuSegmentAttention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                               const std::vector<std::int64_t>& segments) {
    const at::Tensor denseQ = withDenseHeads(q), denseK = withDenseHeads(k), denseV = withDenseHeads(v);
    const at::Tensor out = at::empty(q.sizes(), q.options());
    std::int64_t start = 0;
    for (const std::int64_t length : segments) {
        const auto part = [&](const at::Tensor& x) { return x.narrow(0, start, length); };
        if (length > 0)
            run(callOf(part(denseQ), part(denseK), part(denseV), false, part(out)));
        start += length;
    }
    check(start == q.size(0), "attention segments cover all tokens");
    return out.view({q.size(0), q.size(1) * q.size(2)});
}

at::Tensor cpuCachedAttention(const at::Tensor& q, const KvCache::View& cached) {
    const auto byToken = [](const at::Tensor& x) { return withDenseHeads(x[0].transpose(0, 1)); };
    const at::Tensor out = at::empty(q.sizes(), q.options());
    run(callOf(withDenseHeads(q), byToken(cached.keys), byToken(cached.values), true, out));
    return out.view({q.size(0), q.size(1) * q.size(2)});
}

} // namespace prunescope::model
