#include "model/weights/weight_matrix.h"

#include "core/base/error.h"
#include "model/device/parallel_rows.h"
#include "model/kernels/quantize.h"

#include <ATen/Dispatch.h>
#include <ATen/core/grad_mode.h>
#include <algorithm>
#include <atomic>
#include <vector>

namespace prunescope::model {

namespace {

/// Numbers that are widened at once.
constexpr std::int64_t kWidened = 1 << 16;

void widen(const at::Tensor& stored, std::int64_t offset, std::int64_t count, float* out) {
    AT_DISPATCH_FLOATING_TYPES_AND2(at::kHalf, at::kBFloat16, stored.scalar_type(), "widen", [&] {
        const scalar_t* from = stored.const_data_ptr<scalar_t>() + offset;
        std::transform(from, from + count, out, [](scalar_t value) { return static_cast<float>(value); });
    });
}

PackedTensors emptyPacked(std::int64_t rows, std::int64_t cols, WeightType type) {
    if (type == WeightType::Int8)
        return {.type = type, .data = at::empty({rows, cols}, at::kChar), .scales = at::empty({rows}, at::kFloat)};
    return {.type = type,
            .data = at::empty({rows, cols / 2}, at::kByte),
            .scales = at::empty({rows, cols / kInt4Group, 2}, at::kBFloat16)};
}

/// Rows [first, first + count) of `packed` from `values` [count, cols].
bool quantizeInto(const PackedTensors& packed, std::int64_t first, std::int64_t count, const float* values) {
    const std::int64_t cols = packed.cols();
    if (packed.type == WeightType::Int8)
        return quantizeInt8(values, count, cols, packed.data.data_ptr<std::int8_t>() + first * cols,
                            packed.scales.data_ptr<float>() + first);
    auto* scales = reinterpret_cast<std::uint16_t*>(packed.scales.data_ptr<at::BFloat16>());
    return quantizeInt4(values, count, cols, packed.data.data_ptr<std::uint8_t>() + first * cols / 2,
                        scales + first * cols / kInt4Group * 2);
}

MatrixView viewOf(const PackedTensors& packed) {
    return {.type = packed.type,
            .data = packed.data.const_data_ptr(),
            .scales = packed.scales.defined() ? packed.scales.const_data_ptr() : nullptr,
            .rows = packed.rows(),
            .cols = packed.cols(),
            .scaleRows = packed.scaleRows,
            .scaleCols = packed.scaleCols,
            .factor = packed.factor};
}

/// The given rows [count], each with scales of its own.
PackedTensors rowsOf(const PackedTensors& packed, const at::Tensor& indices) {
    PackedTensors chosen = packed;
    chosen.data = packed.data.index_select(0, indices);
    if (packed.scales.defined())
        chosen.scales = packed.scales.index_select(0, indices.div(packed.scaleRows, "floor"));
    chosen.scaleRows = 1;
    return chosen;
}

PackedTensors rowsOf(const PackedTensors& packed, std::int64_t first, std::int64_t count) {
    if (packed.scaleRows != 1)
        return rowsOf(packed, at::arange(first, first + count, packed.data.options().dtype(at::kLong)));
    PackedTensors chosen = packed;
    chosen.data = packed.data.narrow(0, first, count);
    if (packed.scales.defined())
        chosen.scales = packed.scales.narrow(0, first, count);
    return chosen;
}

/// [rows, cols / 2] -> [rows, groups, kInt4Group] in column order.
at::Tensor levels(const at::Tensor& data) {
    const at::Tensor bytes = data.view({data.size(0), -1, kInt4Group / 2});
    return at::cat({bytes.bitwise_and(15), bytes.bitwise_right_shift(4)}, 2);
}

/// Rows [first, first + count) to `out`, with all threads.
void unpackTo(const MatrixView& matrix, std::int64_t first, std::int64_t count, const at::Tensor& out) {
    const bool half = out.scalar_type() == at::kBFloat16;
    forRowRanges(count, matrix.cols, [&](std::int64_t begin, std::int64_t end) {
        const std::int64_t offset = begin * matrix.cols;
        if (half)
            dequantize(matrix, first + begin, end - begin, static_cast<std::uint16_t*>(out.data_ptr()) + offset);
        else
            dequantize(matrix, first + begin, end - begin, out.data_ptr<float>() + offset);
    });
}

/// Scales [rows, cols] of the grid [rows, ceil(cols / scaleCols)].
at::Tensor spread(const at::Tensor& grid, std::int64_t scaleCols, std::int64_t cols) {
    return grid.repeat_interleave(scaleCols, 1).narrow(1, 0, cols);
}

} // namespace

PackedTensors pack(const at::Tensor& stored, WeightType type, const std::string& where) {
    const at::Tensor values = stored.contiguous();
    const std::int64_t rows = values.size(0), cols = values.size(1);
    PackedTensors packed = emptyPacked(rows, cols, type);
    std::atomic<bool> good{true};
    forRowRanges(rows, cols, [&](std::int64_t first, std::int64_t last) {
        const std::int64_t step = std::max<std::int64_t>(1, kWidened / cols);
        std::vector<float> wide(static_cast<std::size_t>(std::min(step, last - first) * cols));
        for (std::int64_t row = first; row < last && good; row += step) {
            const std::int64_t count = std::min(step, last - row);
            widen(values, row * cols, count * cols, wide.data());
            if (!quantizeInto(packed, row, count, wide.data()))
                good = false;
        }
    });
    if (!good)
        throw Error(ErrorKind::BadFile,
                    where + " holds NaN, infinity or numbers beyond 1e18, expected weights: it is damaged");
    return packed;
}

PackedTensors PackedTensors::to(at::Device device) const {
    PackedTensors moved = *this;
    moved.data = data.to(device);
    if (scales.defined())
        moved.scales = scales.to(device);
    return moved;
}

bool isFinite(const PackedTensors& packed) {
    const MatrixView view = viewOf(packed);
    std::atomic<bool> good{true};
    forRowRanges(view.rows, view.cols, [&](std::int64_t first, std::int64_t last) {
        if (good && !isFinite(view, first, last - first))
            good = false;
    });
    return good;
}

bool unpacksEverywhere(WeightType type) {
    switch (type) {
    case WeightType::Int8:
    case WeightType::Int8Group:
    case WeightType::Fp8:
    case WeightType::Int4:
    case WeightType::Int4Wide:
        return true;
    default:
        return false;
    }
}

at::Tensor unpackAnywhere(const PackedTensors& whole) {
    const PackedTensors packed = rowsOf(whole, 0, whole.rows());
    const std::int64_t cols = packed.cols();
    switch (packed.type) {
    case WeightType::Int8:
        return packed.data.to(at::kFloat).mul_(packed.scales.unsqueeze(1));
    case WeightType::Int8Group:
        return packed.data.to(at::kFloat).mul_(spread(packed.scales, packed.scaleCols, cols));
    case WeightType::Fp8:
        return packed.data.view(at::kFloat8_e4m3fn).to(at::kFloat).mul_(spread(packed.scales, packed.scaleCols, cols));
    case WeightType::Int4:
    case WeightType::Int4Wide: {
        const std::int64_t groups = packed.type == WeightType::Int4 ? 1 : packed.scaleCols / kInt4Group;
        const at::Tensor scales =
            packed.scales.to(at::kFloat).repeat_interleave(groups, 1).narrow(1, 0, cols / kInt4Group);
        return levels(packed.data)
            .to(at::kFloat)
            .mul_(scales.narrow(2, 0, 1))
            .add_(scales.narrow(2, 1, 1))
            .view({packed.rows(), -1});
    }
    default:
        break;
    }
    check(false, "a format that LibTorch can't unpack stays on the CPU");
    return {};
}

at::Tensor unpack(const PackedTensors& packed, at::ScalarType dtype) {
    if (!packed.data.is_cpu())
        return unpackAnywhere(packed).to(dtype);
    const bool half = dtype == at::kBFloat16;
    const at::Tensor out = at::empty({packed.rows(), packed.cols()}, half ? at::kBFloat16 : at::kFloat);
    unpackTo(viewOf(packed), 0, packed.rows(), out);
    return out.to(dtype);
}

at::Tensor UnpackScratch::take(std::int64_t rows, std::int64_t cols, at::ScalarType dtype) {
    const auto bytes = rows * cols * static_cast<std::int64_t>(at::elementSize(dtype));
    if (!m_bytes.defined() || m_bytes.numel() < bytes)
        m_bytes = at::empty({bytes}, at::kByte);
    return m_bytes.narrow(0, 0, bytes).view(dtype).view({rows, cols});
}

std::optional<WeightType> weightType(at::ScalarType dtype) {
    if (dtype == at::kFloat)
        return WeightType::Float32;
    if (dtype == at::kBFloat16)
        return WeightType::BFloat16;
    return {};
}

bool WeightMatrix::hasView() const {
    return isPacked() || (weightType(m_native.scalar_type()) && m_native.is_contiguous());
}

MatrixView WeightMatrix::view() const {
    if (isPacked())
        return viewOf(m_packed);
    return {.type = weightType(m_native.scalar_type()).value(),
            .data = m_native.const_data_ptr(),
            .rows = m_native.size(0),
            .cols = m_native.size(1)};
}

std::int64_t WeightMatrix::bytes() const {
    return isPacked() ? m_packed.bytes() : static_cast<std::int64_t>(m_native.nbytes());
}

bool WeightMatrix::isTrained() const {
    return at::GradMode::is_enabled() && ((m_native.defined() && m_native.requires_grad()) || m_adapter.a.defined());
}

at::Tensor WeightMatrix::rows(const at::Tensor& indices) const {
    if (isTrained()) // the gradient of a row that is taken often is summed
        return at::embedding(value(), indices);
    if (!isPacked())
        return m_native.index_select(0, indices);
    return unpack(rowsOf(m_packed, indices), m_dtype);
}

at::Tensor WeightMatrix::unpackedRows(std::int64_t first, std::int64_t count) const {
    if (!m_packed.data.device().is_cpu()) {
        return unpackAnywhere(rowsOf(m_packed, first, count)).to(m_dtype);
    }
    const at::Tensor out = m_scratch->take(count, m_packed.cols(), m_dtype);
    unpackTo(viewOf(m_packed), first, count, out);
    return out;
}

at::Tensor WeightMatrix::product(const at::Tensor& x, const at::Tensor& bias) const {
    if (!isPacked())
        return at::linear(x, value(), bias);
    const std::int64_t rows = m_packed.rows(), panel = std::max<std::int64_t>(1, kPanelValues / m_packed.cols());
    if (rows <= panel)
        return at::linear(x, unpackedRows(0, rows), bias);
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape.back() = rows;
    at::Tensor y = at::empty(shape, x.options());
    for (std::int64_t first = 0; first < rows; first += panel) {
        const std::int64_t count = std::min(panel, rows - first);
        const at::Tensor part = bias.defined() ? bias.narrow(0, first, count) : at::Tensor();
        y.narrow(-1, first, count).copy_(at::linear(x, unpackedRows(first, count), part));
    }
    return y;
}

} // namespace prunescope::model
