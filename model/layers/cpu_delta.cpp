#include "model/layers/cpu_delta.h"

#include "core/kernels/cpu_level.h"
#include "model/device/parallel_rows.h"
#include "model/kernels/delta_prompt.h"
#include "model/kernels/delta_step.h"

#include <ATen/core/grad_mode.h>
#include <initializer_list>

namespace prunescope::model {

namespace {

bool isKnown(const at::Tensor& x) {
    return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16) && x.stride(-1) == 1;
}

bool isFollowed(std::initializer_list<const at::Tensor*> tensors) {
    for (const at::Tensor* x : tensors)
        if (at::GradMode::is_enabled() && x->defined() && x->requires_grad())
            return true;
    return false;
}

WeightType typeOf(const at::Tensor& x) {
    return x.scalar_type() == at::kFloat ? WeightType::Float32 : WeightType::BFloat16;
}

at::Tensor contiguousFloat(const at::Tensor& x) {
    return x.to(at::kFloat).contiguous();
}

/// [n, heads, dim], as they lie in memory.
PromptRule::Rows rowsOf(const at::Tensor& x) {
    return {x.const_data_ptr(), x.stride(0), x.stride(1)};
}

struct Heads {
    at::Tensor q, k, v; ///< [n, heads, dim] of one type
    bool raw;           ///< before 5.4
};

bool isKnown(const Heads& heads) {
    const at::ScalarType type = heads.v.scalar_type();
    return isKnown(heads.q) && isKnown(heads.k) && isKnown(heads.v) && heads.q.scalar_type() == type &&
           heads.k.scalar_type() == type && heads.k.size(2) % kDeltaDim == 0 && heads.v.size(2) % kDeltaDim == 0;
}

void runRule(const PromptRule& rule) {
    const DeltaPrompt& kernels = deltaPrompt(bestCpuLevel());
    at::parallel_for(0, rule.keyHeads, 1, [&](std::int64_t first, std::int64_t last) {
        const at::Tensor scratch = at::empty({deltaScratch(rule)}, at::kFloat); // LibTorch aligns to 64 bytes
        kernels.rule(rule, first, last, scratch.mutable_data_ptr<float>());
    });
}

std::optional<DeltaOutput> run(const Heads& heads, const DeltaGates& gates, const at::Tensor& memory) {
    if (!isKnown(heads) || isFollowed({&heads.q, &heads.k, &heads.v, &gates.g, &gates.beta, &memory}))
        return {};
    const std::int64_t n = heads.v.size(0), valueHeads = heads.v.size(1);
    const std::int64_t keyDim = heads.k.size(2), valueDim = heads.v.size(2);
    const at::Tensor g = contiguousFloat(gates.g), beta = contiguousFloat(gates.beta);
    const DeltaOutput output{at::empty({n, valueHeads, valueDim}, g.options()),
                             memory.defined() ? memory.clone(at::MemoryFormat::Contiguous)
                                              : at::zeros({valueHeads, keyDim, valueDim}, g.options())};
    runRule({typeOf(heads.v), heads.raw, rowsOf(heads.q), rowsOf(heads.k), rowsOf(heads.v), g.const_data_ptr<float>(),
             beta.const_data_ptr<float>(), output.memory.mutable_data_ptr<float>(),
             output.values.mutable_data_ptr<float>(), n, heads.k.size(1), valueHeads, keyDim, valueDim});
    return output;
}

} // namespace

std::optional<at::Tensor> cpuConvolution(const at::Tensor& u, const at::Tensor& taps, const at::Tensor& recent) {
    if (!isKnown(u) || isFollowed({&u, &taps, &recent}) || recent.scalar_type() != u.scalar_type() ||
        taps.size(1) > kMaxTaps)
        return {};
    const at::Tensor byTap = contiguousFloat(taps.t()), before = recent.contiguous();
    at::Tensor values = at::empty(u.sizes(), u.options());
    const PromptConvolution prompt{typeOf(u),
                                   u.const_data_ptr(),
                                   u.stride(0),
                                   before.const_data_ptr(),
                                   byTap.const_data_ptr<float>(),
                                   u.size(1),
                                   byTap.size(0),
                                   values.mutable_data_ptr()};
    forRowRanges(u.size(0), u.size(1),
                 [&, &kernels = deltaPrompt(bestCpuLevel())](std::int64_t first, std::int64_t last) {
                     kernels.convolve(prompt, first, last);
                 });
    return values;
}

std::optional<DeltaOutput> cpuDeltaRule(const DeltaInput& input, const at::Tensor& memory) {
    return run({input.q, input.k, input.v, false}, {input.g, input.beta}, memory);
}

std::optional<DeltaOutput> cpuDeltaRule(const at::Tensor& convolved, const DeltaGates& gates,
                                        const LinearAttention& sizes, const at::Tensor& memory) {
    const auto heads = [&](std::int64_t first, std::int64_t count, std::int64_t dim) {
        return convolved.narrow(1, first, count * dim).unflatten(1, {count, dim});
    };
    return run({heads(0, sizes.keyHeads, sizes.keyDim), heads(sizes.keyWidth(), sizes.keyHeads, sizes.keyDim),
                heads(2 * sizes.keyWidth(), sizes.valueHeads, sizes.valueDim), true},
               gates, memory);
}

std::optional<at::Tensor> cpuGatedNorm(const at::Tensor& values, const at::Tensor& z, const at::Tensor& weight,
                                       double epsilon) {
    if (!isKnown(z) || !isKnown(values) || values.scalar_type() != at::kFloat || isFollowed({&values, &z, &weight}))
        return {};
    const at::Tensor x = values.contiguous(), by = contiguousFloat(weight);
    at::Tensor gated = at::empty({z.size(0), z.size(1) * z.size(2)}, z.options());
    const std::int64_t heads = z.size(1), dim = z.size(2);
    const auto runAll = [&](auto* normGate, const auto* gate, auto* to) {
        forRowRanges(z.size(0) * heads, dim, [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t row = first; row < last; ++row)
                normGate(x.const_data_ptr<float>() + row * dim, by.const_data_ptr<float>(),
                         gate + row / heads * z.stride(0) + row % heads * z.stride(1), dim, static_cast<float>(epsilon),
                         to + row * dim);
        });
    };
    const DeltaStep& kernels = deltaStep(bestCpuLevel());
    if (z.scalar_type() == at::kFloat)
        runAll(kernels.normGateFloat32, z.const_data_ptr<float>(), gated.mutable_data_ptr<float>());
    else
        runAll(kernels.normGateBfloat16, static_cast<const std::uint16_t*>(z.const_data_ptr()),
               static_cast<std::uint16_t*>(gated.mutable_data_ptr()));
    return gated;
}

} // namespace prunescope::model
