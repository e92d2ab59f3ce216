#include "model/kernels/quantize.h"

#include "core/base/error.h"
#include "model/kernels/quantize_rows.h"
#include "model/kernels/stored_rows.h"
#include "model/kernels/weight_types.h"

namespace prunescope::model {

namespace {

void checkGroups(std::int64_t cols) {
    if (cols % kInt4Group)
        throw Error(ErrorKind::Internal, "internal error: int4 rows of " + std::to_string(cols) +
                                             " columns, expected a multiple of " + std::to_string(kInt4Group));
}

template <typename Out>
void dequantizeInt8(const MatrixView& matrix, std::int64_t first, std::int64_t count, Out* out,
                    void (*row)(const std::int8_t*, float, std::int64_t, Out*)) {
    const auto* q = static_cast<const std::int8_t*>(matrix.data) + first * matrix.cols;
    const auto* scales = static_cast<const float*>(matrix.scales) + first;
    for (std::int64_t i = 0; i < count; ++i)
        row(q + i * matrix.cols, scales[i], matrix.cols, out + i * matrix.cols);
}

/// Groups follow each other without gaps, also from row to row: all rows are as one.
template <typename Out>
void dequantizeInt4(const MatrixView& matrix, std::int64_t first, std::int64_t count, Out* out,
                    void (*row)(const std::uint8_t*, const std::uint16_t*, std::int64_t, Out*)) {
    const std::int64_t before = first * matrix.cols;
    row(static_cast<const std::uint8_t*>(matrix.data) + before / 2,
        static_cast<const std::uint16_t*>(matrix.scales) + before / kInt4Group * 2, count * matrix.cols, out);
}

void checkPacked(WeightType type) {
    if (!traitsOf(type).isPacked)
        throw Error(ErrorKind::Internal,
                    "internal error: a matrix of " + std::string(traitsOf(type).name) + " can't be dequantised");
}

} // namespace

const QuantizeRows& quantizeRows(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kQuantizeRowsAvx512;
    if (level == CpuLevel::Avx2)
        return kQuantizeRowsAvx2;
#endif
    static_cast<void>(level);
    return kQuantizeRowsScalar;
}

const StoredRows& storedRows(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kStoredRowsAvx512;
    if (level == CpuLevel::Avx2)
        return kStoredRowsAvx2;
#endif
    static_cast<void>(level);
    return kStoredRowsScalar;
}

bool quantizeInt8(const float* values, std::int64_t rows, std::int64_t cols, std::int8_t* q, float* scales,
                  CpuLevel level) {
    const QuantizeRows& kernels = quantizeRows(level);
    for (std::int64_t row = 0; row < rows; ++row)
        if (!kernels.toInt8(values + row * cols, cols, q + row * cols, scales + row))
            return false;
    return true;
}

bool quantizeInt4(const float* values, std::int64_t rows, std::int64_t cols, std::uint8_t* q, std::uint16_t* scales,
                  CpuLevel level) {
    checkGroups(cols);
    return quantizeRows(level).toInt4(values, rows * cols, q, scales);
}

void dequantize(const MatrixView& matrix, std::int64_t first, std::int64_t count, float* out, CpuLevel level) {
    const QuantizeRows& kernels = quantizeRows(level);
    if (matrix.type == WeightType::Int8)
        return dequantizeInt8(matrix, first, count, out, kernels.int8ToFloat32);
    if (matrix.type == WeightType::Int4)
        return dequantizeInt4(matrix, first, count, out, kernels.int4ToFloat32);
    checkPacked(matrix.type);
    storedRows(level).toFloat32(matrix, first, count, out);
}

void dequantize(const MatrixView& matrix, std::int64_t first, std::int64_t count, std::uint16_t* out, CpuLevel level) {
    const QuantizeRows& kernels = quantizeRows(level);
    if (matrix.type == WeightType::Int8)
        return dequantizeInt8(matrix, first, count, out, kernels.int8ToBfloat16);
    if (matrix.type == WeightType::Int4)
        return dequantizeInt4(matrix, first, count, out, kernels.int4ToBfloat16);
    checkPacked(matrix.type);
    storedRows(level).toBfloat16(matrix, first, count, out);
}

} // namespace prunescope::model
