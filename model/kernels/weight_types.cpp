#include "model/kernels/weight_types.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace prunescope::model {

namespace {

using enum WeightType;

constexpr std::array<WeightTraits, 13> kTypes{{
    // columns and bytes of a block, scales, group sums, GPU, packed
    {Float32, "float32", 1, 4, ScaleLayout::None, false, true, false},
    {BFloat16, "bfloat16", 1, 2, ScaleLayout::None, false, true, false},
    {Int8, "int8", 1, 1, ScaleLayout::PerRow, false, true, true},
    {Int4, "int4", kInt4Group, kInt4Group / 2, ScaleLayout::HalfPairs, true, true, true},
    {Float16, "float16", 1, 2, ScaleLayout::None, false, false, true},
    {Fp8, "fp8", 1, 1, ScaleLayout::Grid, false, true, true},
    {Int8Group, "int8_group", 1, 1, ScaleLayout::Grid, false, false, true},
    {Int4Wide, "int4_wide", kInt4Group, kInt4Group / 2, ScaleLayout::WidePairs, true, false, true},
    {Fp4, "fp4", kFp4Group, kFp4Group / 2, ScaleLayout::Bytes16, false, false, true},
    {Q8_0, "q8_0", 32, 34, ScaleLayout::None, false, false, true},
    {Q4_K, "q4_k", 256, 144, ScaleLayout::None, true, false, true},
    {Q5_K, "q5_k", 256, 176, ScaleLayout::None, true, false, true},
    {Q6_K, "q6_k", 256, 210, ScaleLayout::None, false, false, true},
}};

constexpr bool isInOrder() {
    for (std::size_t i = 0; i < kTypes.size(); ++i)
        if (static_cast<std::size_t>(kTypes[i].type) != i)
            return false;
    return true;
}
static_assert(isInOrder());

std::int64_t parts(std::int64_t count, std::int64_t size) {
    return (count + size - 1) / size;
}

/// Bytes of `scales` that belong to one row, or to scaleRows of them in a grid.
std::int64_t scaleRowBytes(const MatrixView& matrix) {
    constexpr std::int64_t kFloat = sizeof(float), kPair = 2 * kFloat, kHalfPair = kPair / 2;
    switch (traitsOf(matrix.type).scales) {
    case ScaleLayout::PerRow:
        return kFloat;
    case ScaleLayout::HalfPairs:
        return matrix.cols / kInt4Group * kHalfPair;
    case ScaleLayout::Grid:
        return parts(matrix.cols, matrix.scaleCols) * kFloat;
    case ScaleLayout::WidePairs:
        return parts(matrix.cols, matrix.scaleCols) * kPair;
    case ScaleLayout::Bytes16:
        return matrix.cols / kFp4Group;
    case ScaleLayout::None:
        break;
    }
    return 0;
}

/// True where none of `count` numbers of the bits of T, which follow each other, has all bits of `mask` set.
template <typename T>
bool noneHasAll(const void* from, std::int64_t count, T mask) {
    const auto* at = static_cast<const unsigned char*>(from);
    bool found = false;
    for (std::int64_t i = 0; i < count; ++i) {
        T bits;
        std::memcpy(&bits, at + i * static_cast<std::int64_t>(sizeof bits), sizeof bits);
        found |= (bits & mask) == mask;
    }
    return !found;
}

constexpr std::uint32_t kFloatExponent = 0x7f800000;
constexpr std::uint16_t kBfloat16Exponent = 0x7f80, kHalfExponent = 0x7c00;
constexpr std::uint8_t kFp8Nan = 0x7f;

/// Half-precision numbers at byte `offset` of each block.
bool areFinite(const MatrixView& matrix, std::int64_t first, std::int64_t count, std::int64_t offset) {
    const WeightTraits& traits = traitsOf(matrix.type);
    const std::int64_t blocks = matrix.cols / traits.blockCols;
    const auto* at =
        static_cast<const unsigned char*>(matrix.data) + first * rowBytes(matrix.type, matrix.cols) + offset;
    for (std::int64_t i = 0; i < count * blocks; ++i)
        if (!noneHasAll(at + i * traits.blockBytes, 1, kHalfExponent))
            return false;
    return true;
}

bool dataIsFinite(const MatrixView& matrix, std::int64_t first, std::int64_t count) {
    constexpr std::int64_t kQ6Scale = 208, kMinimum = 2; // bytes of a block before them
    const auto* data = static_cast<const unsigned char*>(matrix.data) + first * rowBytes(matrix.type, matrix.cols);
    switch (matrix.type) {
    case Float16:
        return noneHasAll(data, count * matrix.cols, kHalfExponent);
    case Fp8:
        return noneHasAll(data, count * matrix.cols, kFp8Nan);
    case Q8_0:
        return areFinite(matrix, first, count, 0);
    case Q4_K:
    case Q5_K:
        return areFinite(matrix, first, count, 0) && areFinite(matrix, first, count, kMinimum);
    case Q6_K:
        return areFinite(matrix, first, count, kQ6Scale);
    default:
        return true;
    }
}

bool scalesAreFinite(const MatrixView& matrix, std::int64_t first, std::int64_t count) {
    const ScaleLayout layout = traitsOf(matrix.type).scales;
    const std::int64_t rows = layout == ScaleLayout::Grid ? matrix.scaleRows : 1, bytes = scaleRowBytes(matrix);
    const std::int64_t begin = first / rows * bytes, end = parts(first + count, rows) * bytes;
    const auto* scales = static_cast<const unsigned char*>(matrix.scales) + begin;
    if (layout == ScaleLayout::Bytes16)
        return noneHasAll(scales, end - begin, kFp8Nan) && std::isfinite(matrix.factor);
    if (layout == ScaleLayout::HalfPairs)
        return noneHasAll(scales, (end - begin) / 2, kBfloat16Exponent);
    return layout == ScaleLayout::None || noneHasAll(scales, (end - begin) / 4, kFloatExponent);
}

} // namespace

std::span<const WeightTraits> weightTypes() {
    return kTypes;
}

const WeightTraits& traitsOf(WeightType type) {
    return kTypes[static_cast<std::size_t>(type)];
}

std::int64_t rowBytes(WeightType type, std::int64_t cols) {
    const WeightTraits& traits = traitsOf(type);
    return cols / traits.blockCols * traits.blockBytes;
}

std::int64_t dataBytes(const MatrixView& matrix) {
    return matrix.rows * rowBytes(matrix.type, matrix.cols);
}

std::int64_t scaleBytes(const MatrixView& matrix) {
    const bool isGrid = traitsOf(matrix.type).scales == ScaleLayout::Grid;
    return (isGrid ? parts(matrix.rows, matrix.scaleRows) : matrix.rows) * scaleRowBytes(matrix);
}

bool isFinite(const MatrixView& matrix, std::int64_t first, std::int64_t count) {
    return count <= 0 || (scalesAreFinite(matrix, first, count) && dataIsFinite(matrix, first, count));
}

} // namespace prunescope::model
