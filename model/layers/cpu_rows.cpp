#include "model/layers/cpu_rows.h"

#include "core/kernels/cpu_level.h"
#include "model/device/parallel_rows.h"
#include "model/kernels/prompt_rows.h"

namespace prunescope::model {

namespace {

bool isKnown(const at::Tensor& x) {
    return x.is_cpu() && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

const std::uint16_t* bfloat16s(const at::Tensor& x) {
    return static_cast<const std::uint16_t*>(x.const_data_ptr());
}

std::uint16_t* mutableBfloat16s(at::Tensor& x) {
    return static_cast<std::uint16_t*>(x.mutable_data_ptr());
}

/// Calls `row(i)` for all rows of `width` numbers.
template <typename Row>
void forRows(std::int64_t rows, std::int64_t width, const Row& row) {
    forRowRanges(rows, width, [&](std::int64_t begin, std::int64_t end) {
        for (std::int64_t i = begin; i < end; ++i)
            row(i);
    });
}

/// Calls `head(from, token, to)` for every head of every token with the places of its first number.
template <typename Head>
void forHeads(const at::Tensor& x, const Head& head) {
    const std::int64_t heads = x.size(1), dim = x.size(2);
    forRows(x.size(0), heads * dim, [&](std::int64_t token) {
        for (std::int64_t i = 0; i < heads; ++i)
            head(token * x.stride(0) + i * x.stride(1), token, (token * heads + i) * dim);
    });
}

} // namespace

std::optional<at::Tensor> cpuRmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon) {
    const bool isWide = weight.scalar_type() == at::kFloat;
    if (!isKnown(x) || (weight.scalar_type() != x.scalar_type() && !isWide) || !weight.is_contiguous() ||
        !x.is_contiguous())
        return {};
    const PromptRows& kernels = promptRows(bestCpuLevel());
    at::Tensor y = at::empty_like(x);
    const std::int64_t width = weight.numel();
    const auto small = static_cast<float>(epsilon);
    if (x.scalar_type() == at::kFloat)
        forRows(x.numel() / width, width,
                [&, from = x.const_data_ptr<float>(), by = weight.const_data_ptr<float>(),
                 to = y.mutable_data_ptr<float>()](std::int64_t row) {
                    kernels.normFloat32(from + row * width, by, width, small, to + row * width);
                });
    else if (isWide)
        forRows(
            x.numel() / width, width,
            [&, from = bfloat16s(x), by = weight.const_data_ptr<float>(), to = mutableBfloat16s(y)](std::int64_t row) {
                kernels.normBfloat16Wide(from + row * width, by, width, small, to + row * width);
            });
    else
        forRows(x.numel() / width, width,
                [&, from = bfloat16s(x), by = bfloat16s(weight), to = mutableBfloat16s(y)](std::int64_t row) {
                    kernels.normBfloat16(from + row * width, by, width, small, to + row * width);
                });
    return y;
}

std::optional<at::Tensor> cpuRotate(const at::Tensor& x, const RotaryTable& table) {
    const at::ScalarType angles = table.cos.scalar_type();
    const bool fits = angles == x.scalar_type() || angles == at::kFloat;
    if (!isKnown(x) || !fits || x.stride(2) != 1 || !table.cos.is_contiguous() || !table.sin.is_contiguous())
        return {};
    const PromptRows& kernels = promptRows(bestCpuLevel());
    at::Tensor y = at::empty(x.sizes(), x.options());
    const std::int64_t dim = x.size(2);
    const auto turnAll = [&](auto* turn, auto* from, auto* cos, auto* sin, auto* to) {
        forHeads(x, [&](std::int64_t offset, std::int64_t token, std::int64_t result) {
            turn(from + offset, cos + token * dim, sin + token * dim, dim, to + result);
        });
    };
    if (x.scalar_type() == at::kFloat)
        turnAll(kernels.turnFloat32, x.const_data_ptr<float>(), table.cos.const_data_ptr<float>(),
                table.sin.const_data_ptr<float>(), y.mutable_data_ptr<float>());
    else if (angles == at::kFloat)
        turnAll(kernels.turnBfloat16Exactly, bfloat16s(x), table.cos.const_data_ptr<float>(),
                table.sin.const_data_ptr<float>(), mutableBfloat16s(y));
    else
        turnAll(kernels.turnBfloat16, bfloat16s(x), bfloat16s(table.cos), bfloat16s(table.sin), mutableBfloat16s(y));
    return y;
}

} // namespace prunescope::model
