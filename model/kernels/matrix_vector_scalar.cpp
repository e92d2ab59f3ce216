#include "model/kernels/matrix_vector.h"
#include "model/kernels/stored_rows.h"

#include <algorithm>
#include <bit>

// Sums in kLanes parts, which the compiler turns into vectors of what the machine has; it may not reorder a single sum.
namespace prunescope::model {

namespace {

constexpr std::int64_t kLanes = 16;

float widen(float value) {
    return value;
}

/// The bits of a bfloat16.
float widen(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

float widen(std::int8_t value) {
    return static_cast<float>(value);
}

float total(const float* lanes) {
    float sum = 0;
    for (std::int64_t i = 0; i < kLanes; ++i)
        sum += lanes[i];
    return sum;
}

template <typename T>
float dot(const T* weights, const float* x, std::int64_t cols) {
    float sums[kLanes] = {};
    std::int64_t col = 0;
    for (; col + kLanes <= cols; col += kLanes)
        for (std::int64_t i = 0; i < kLanes; ++i)
            sums[i] += widen(weights[col + i]) * x[col + i];
    for (; col < cols; ++col)
        sums[0] += widen(weights[col]) * x[col];
    return total(sums);
}

float dotInt4(const std::uint8_t* halves, const std::uint16_t* scales, const VectorView& x, std::int64_t cols) {
    static_assert(kInt4Group == 2 * kLanes);
    float sums[kLanes] = {};
    float lows = 0;
    for (std::int64_t group = 0; group < cols / kInt4Group; ++group, halves += kLanes, scales += 2) {
        const float* values = x.values + group * kInt4Group;
        const float scale = widen(scales[0]);
        for (std::int64_t i = 0; i < kLanes; ++i)
            sums[i] += scale * (static_cast<float>(halves[i] & 15) * values[i] +
                                static_cast<float>(halves[i] >> 4) * values[kLanes + i]);
        lows += widen(scales[1]) * x.groupSums[group];
    }
    return total(sums) + lows;
}

template <typename T>
float rowDot(const MatrixView& matrix, std::int64_t row, const float* x) {
    return dot(static_cast<const T*>(matrix.data) + row * matrix.cols, x, matrix.cols);
}

/// Of the formats that stay as stored.
float dotStored(const MatrixView& matrix, std::int64_t row, const float* x) {
    float sum = 0, tile[kStoredTile];
    for (std::int64_t col = 0; col < matrix.cols; col += kStoredTile) {
        const std::int64_t count = std::min(kStoredTile, matrix.cols - col);
        unpackTile(matrix, row, col, count, tile);
        sum += dot(tile, x + col, count);
    }
    return sum;
}

float rowDot(const MatrixView& matrix, std::int64_t row, const VectorView& x) {
    switch (matrix.type) {
    case WeightType::Float32:
        return rowDot<float>(matrix, row, x.values);
    case WeightType::BFloat16:
        return rowDot<std::uint16_t>(matrix, row, x.values);
    case WeightType::Int8:
        return static_cast<const float*>(matrix.scales)[row] * rowDot<std::int8_t>(matrix, row, x.values);
    case WeightType::Int4:
        return dotInt4(static_cast<const std::uint8_t*>(matrix.data) + row * matrix.cols / 2,
                       static_cast<const std::uint16_t*>(matrix.scales) + row * matrix.cols / kInt4Group * 2, x,
                       matrix.cols);
    default:
        return dotStored(matrix, row, x.values);
    }
}

void product(const MatrixView& matrix, const VectorView& x, std::int64_t first, std::int64_t last, float* y,
             const void*) {
    for (std::int64_t row = first; row < last; ++row)
        y[row] = rowDot(matrix, row, x);
}

template <typename T>
void addRowsOf(const T* rows, std::int64_t count, std::int64_t cols, const float* weights, float* y) {
    for (std::int64_t row = 0; row < count; ++row, rows += cols)
        for (std::int64_t col = 0; col < cols; ++col)
            y[col] += weights[row] * widen(rows[col]);
}

void addRows(const MatrixView& matrix, const float* weights, float* y) {
    if (matrix.type == WeightType::Float32)
        addRowsOf(static_cast<const float*>(matrix.data), matrix.rows, matrix.cols, weights, y);
    else
        addRowsOf(static_cast<const std::uint16_t*>(matrix.data), matrix.rows, matrix.cols, weights, y);
}

} // namespace

const MatrixVector kMatrixVectorScalar = {product, addRows};

} // namespace prunescope::model
