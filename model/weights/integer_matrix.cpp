#include "model/weights/integer_matrix.h"

#include "model/device/parallel_rows.h"

#include <algorithm>

namespace prunescope::model {

namespace {

bool isBfloat16(float value) {
    return static_cast<float>(static_cast<c10::BFloat16>(value)) == value;
}

/// Calls `work(row, q)` for every row with its numbers, on several threads.
template <typename Work>
void forRows(const IntegerMatrix& matrix, const Work& work) {
    forRowRanges(matrix.rows, matrix.cols, [&](std::int64_t first, std::int64_t last) {
        std::vector<std::uint8_t> q(static_cast<std::size_t>(matrix.cols));
        for (std::int64_t row = first; row < last; ++row) {
            matrix.read(row, q.data());
            work(row, q.data());
        }
    });
}

/// Whether 4 bits in groups of Int4 hold it.
bool fitsInt4(const IntegerMatrix& matrix) {
    return matrix.bits <= 4 && matrix.groupOf.empty() && matrix.cols % kInt4Group == 0 &&
           (matrix.group % kInt4Group == 0 || matrix.group >= matrix.cols);
}

/// Scale and low of every group: value = q * scale + low.
at::Tensor pairsOf(const IntegerMatrix& matrix) {
    const at::Tensor pairs = at::empty({matrix.rows, matrix.groups(), 2}, at::kFloat);
    float* out = pairs.data_ptr<float>();
    for (std::size_t i = 0; i < matrix.scales.size(); ++i) {
        out[2 * i] = matrix.scales[i];
        out[2 * i + 1] = -matrix.scales[i] * static_cast<float>(matrix.zeros[i]);
    }
    return pairs;
}

/// Int4's order: byte j of a group holds column j in its lower and column j + 16 in its upper half.
void packGroups(const std::uint8_t* q, std::int64_t cols, std::uint8_t* out) {
    constexpr int kHalf = kInt4Group / 2;
    for (std::int64_t first = 0; first < cols; first += kInt4Group)
        for (int j = 0; j < kHalf; ++j)
            *out++ = static_cast<std::uint8_t>(q[first + j] | (q[first + j + kHalf] << 4));
}

PackedTensors packedInt4(const IntegerMatrix& matrix) {
    PackedTensors packed{.type = WeightType::Int4Wide,
                         .data = at::empty({matrix.rows, matrix.cols / 2}, at::kByte),
                         .scales = pairsOf(matrix),
                         .scaleCols = std::min(matrix.group, matrix.cols)};
    auto* data = packed.data.data_ptr<std::uint8_t>();
    forRows(matrix,
            [&](std::int64_t row, const std::uint8_t* q) { packGroups(q, matrix.cols, data + row * matrix.cols / 2); });
    const float* pairs = packed.scales.const_data_ptr<float>();
    if (std::all_of(pairs, pairs + packed.scales.numel(), isBfloat16)) {
        const std::int64_t copies = packed.scaleCols / kInt4Group;
        packed.type = WeightType::Int4;
        packed.scales = packed.scales.to(at::kBFloat16)
                            .repeat_interleave(copies, 1)
                            .narrow(1, 0, matrix.cols / kInt4Group)
                            .contiguous();
        packed.scaleCols = 0;
    }
    return packed;
}

/// Whether q - zero is an int8 for all q.
bool fitsInt8(const IntegerMatrix& matrix) {
    const int most = (1 << matrix.bits) - 1;
    return matrix.groupOf.empty() &&
           std::ranges::all_of(matrix.zeros, [&](int zero) { return zero <= 128 && most - zero <= 127; });
}

PackedTensors packedInt8(const IntegerMatrix& matrix) {
    const bool grouped = matrix.groups() > 1;
    const at::Tensor data = at::empty({matrix.rows, matrix.cols}, at::kChar);
    auto* out = data.data_ptr<std::int8_t>();
    forRows(matrix, [&](std::int64_t row, const std::uint8_t* q) {
        const std::int16_t* zeros = matrix.zeros.data() + row * matrix.groups();
        for (std::int64_t col = 0; col < matrix.cols; ++col)
            out[row * matrix.cols + col] = static_cast<std::int8_t>(q[col] - zeros[matrix.groupAt(col)]);
    });
    at::Tensor scales = at::tensor(matrix.scales, at::kFloat);
    if (!grouped)
        return {.type = WeightType::Int8, .data = data, .scales = scales};
    return {.type = WeightType::Int8Group,
            .data = data,
            .scales = scales.view({matrix.rows, matrix.groups()}),
            .scaleCols = matrix.group};
}

} // namespace

std::optional<PackedTensors> packedExactly(const IntegerMatrix& matrix) {
    if (fitsInt4(matrix))
        return packedInt4(matrix);
    if (fitsInt8(matrix))
        return packedInt8(matrix);
    return std::nullopt;
}

at::Tensor valuesOf(const IntegerMatrix& matrix) {
    const at::Tensor values = at::empty({matrix.rows, matrix.cols}, at::kFloat);
    float* out = values.data_ptr<float>();
    forRows(matrix, [&](std::int64_t row, const std::uint8_t* q) {
        const std::int64_t first = row * matrix.groups();
        for (std::int64_t col = 0; col < matrix.cols; ++col) {
            const auto at = static_cast<std::size_t>(first + matrix.groupAt(col));
            out[row * matrix.cols + col] = static_cast<float>(q[col] - matrix.zeros[at]) * matrix.scales[at];
        }
    });
    return values;
}

} // namespace prunescope::model
