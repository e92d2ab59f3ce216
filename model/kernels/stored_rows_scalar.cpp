#include "model/kernels/stored_rows.h"
#include "model/kernels/weight_types.h"

#include "model/kernels/lanes.h"

#include <algorithm>
#include <array>
#include <bit>

// Number by number, as the formats say; no sum or product is contracted.
namespace prunescope::model {

namespace {

using Byte = std::uint8_t;

/// IEEE binary16 without a branch, so that loops over it become vectors. Subnormal numbers have no leading one: they
/// are given that of the smallest normal number, which is taken off again.
float fromHalf(const Byte* at) {
    constexpr int kMantissa = 10, kFloatMantissa = 23;
    constexpr std::uint32_t kLast = 31, kRebias = (127u - 15) << kFloatMantissa, kSmallest = 113u << kFloatMantissa;
    const auto bits = static_cast<std::uint32_t>(at[0] | at[1] << 8);
    const std::uint32_t sign = bits >> 15 << 31, exponent = bits >> kMantissa & kLast;
    const std::uint32_t size = (bits & 0x7fff) << (kFloatMantissa - kMantissa);
    const float subnormal = std::bit_cast<float>(size + kSmallest) - std::bit_cast<float>(kSmallest);
    const std::uint32_t normal = size + (exponent == kLast ? 2 * kRebias : kRebias); // infinity stays that
    return std::bit_cast<float>(sign | (exponent > 0 ? normal : std::bit_cast<std::uint32_t>(subnormal)));
}

/// E4M3FN of OCP's 8-bit formats: 4 bits of exponent, bias 7, no infinity.
constexpr float fp8Value(int code) {
    const int exponent = code >> 3 & 15, mantissa = code & 7;
    const auto scale = std::bit_cast<float>(static_cast<std::uint32_t>(std::max(exponent, 1) - 10 + 127) << 23);
    const float size = static_cast<float>(exponent > 0 ? 8 + mantissa : mantissa) * scale;
    return code & 0x80 ? -size : size;
}

constexpr auto kFp8Values = [] {
    std::array<float, 256> values{};
    for (int code = 0; code < 256; ++code)
        values[static_cast<std::size_t>(code)] = fp8Value(code);
    return values;
}();

/// `codeAt(i)` times the scale of its block, for runs of numbers that share one.
template <typename CodeAt>
void unpackGrid(const MatrixView& matrix, std::int64_t row, std::int64_t col, std::int64_t count, float* out,
                CodeAt codeAt) {
    const std::int64_t across = (matrix.cols + matrix.scaleCols - 1) / matrix.scaleCols;
    const float* scales = static_cast<const float*>(matrix.scales) + row / matrix.scaleRows * across;
    for (std::int64_t i = 0; i < count;) {
        const float scale = scales[(col + i) / matrix.scaleCols];
        const std::int64_t end = std::min(count, i + matrix.scaleCols - (col + i) % matrix.scaleCols);
        for (; i < end; ++i)
            out[i] = codeAt(i) * scale;
    }
}

/// Lower halves of 16 bytes are the first 16 numbers, upper halves the others.
void unpackInt4Group(const Byte* bytes, float scale, float low, float* out) {
    constexpr int kHalf = kInt4Group / 2;
    for (int i = 0; i < kHalf; ++i) {
        out[i] = static_cast<float>(bytes[i] & 15) * scale + low;
        out[kHalf + i] = static_cast<float>(bytes[i] >> 4) * scale + low;
    }
}

void unpackInt4Wide(const MatrixView& matrix, std::int64_t row, std::int64_t col, const Byte* data, std::int64_t count,
                    float* out) {
    const std::int64_t across = (matrix.cols + matrix.scaleCols - 1) / matrix.scaleCols;
    const float* pairs = static_cast<const float*>(matrix.scales) + 2 * row * across;
    for (std::int64_t i = 0; i < count; i += kInt4Group) {
        const float* pair = pairs + 2 * ((col + i) / matrix.scaleCols);
        unpackInt4Group(data + i / 2, pair[0], pair[1], out + i);
    }
}

void unpackFp4(const MatrixView& matrix, std::int64_t row, std::int64_t col, const Byte* data, std::int64_t count,
               float* out) {
    constexpr float kValues[] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
    const Byte* scales = static_cast<const Byte*>(matrix.scales) + (row * matrix.cols + col) / kFp4Group;
    for (std::int64_t group = 0; group < count / kFp4Group; ++group, data += kFp4Group / 2, out += kFp4Group) {
        const float scale = kFp8Values[scales[group]] * matrix.factor;
        for (int i = 0; i < kFp4Group; i += 2) {
            out[i] = kValues[data[i / 2] & 15] * scale;
            out[i + 1] = kValues[data[i / 2] >> 4] * scale;
        }
    }
}

/// A block: its scale in half precision, then 32 signed bytes.
void unpackQ8(const Byte* block, float* out) {
    const float scale = fromHalf(block);
    for (int i = 0; i < 32; ++i)
        out[i] = scale * static_cast<float>(static_cast<std::int8_t>(block[2 + i]));
}

/// Scale and minimum of sub-block `at` of the eight of Q4_K and Q5_K, 6 bits each: those of the first four have bytes
/// of their own, whose upper bits belong to the last four.
struct SubScale {
    SubScale(const Byte* block, int at) {
        const Byte* bytes = block + 4;
        const int j = at % 4;
        const int q = at < 4 ? bytes[j] & 63 : (bytes[8 + j] & 15) | (bytes[j] >> 6 << 4);
        const int low = at < 4 ? bytes[4 + j] & 63 : bytes[8 + j] >> 4 | (bytes[4 + j] >> 6 << 4);
        scale = fromHalf(block) * static_cast<float>(q);
        minimum = fromHalf(block + 2) * static_cast<float>(low);
    }
    float scale, minimum;
};

/// 2 scales in half precision, 12 bytes of 6-bit ones, 128 bytes: 32 bytes hold a sub-block in their lower halves and
/// the next one in their upper.
void unpackQ4(const Byte* block, float* out) {
    for (int sub = 0; sub < 8; ++sub, out += 32) {
        const SubScale of(block, sub);
        const Byte* bytes = block + 16 + sub / 2 * 32;
        for (int i = 0; i < 32; ++i)
            out[i] = of.scale * static_cast<float>(sub % 2 ? bytes[i] >> 4 : bytes[i] & 15) - of.minimum;
    }
}

/// As Q4_K, with 32 bytes before the 128: bit k of byte j is the fifth bit of number j of sub-block k.
void unpackQ5(const Byte* block, float* out) {
    for (int sub = 0; sub < 8; ++sub, out += 32) {
        const SubScale of(block, sub);
        const Byte *above = block + 16, *bytes = block + 48 + sub / 2 * 32;
        for (int i = 0; i < 32; ++i) {
            const int q = (sub % 2 ? bytes[i] >> 4 : bytes[i] & 15) | (above[i] >> sub & 1) << 4;
            out[i] = of.scale * static_cast<float>(q) - of.minimum;
        }
    }
}

/// 128 bytes of lower halves, 64 of the two bits above, 16 signed scales of 16 numbers each, their scale in half
/// precision. Each half of the block is four runs of 32 numbers: 64 lower halves, then 64 upper ones.
void unpackQ6(const Byte* block, float* out) {
    const float scale = fromHalf(block + 208);
    for (int part = 0; part < 16; ++part, out += 16) {
        const int half = part / 8, run = part / 2 % 4, first = part % 2 * 16; // of the run's 32 numbers
        const Byte* bytes = block + half * 64 + run % 2 * 32 + first;
        const Byte* above = block + 128 + half * 32 + first;
        const float partScale = scale * static_cast<float>(static_cast<std::int8_t>(block[192 + part]));
        for (int i = 0; i < 16; ++i) {
            const int q = (run < 2 ? bytes[i] & 15 : bytes[i] >> 4) | (above[i] >> 2 * run & 3) << 4;
            out[i] = partScale * static_cast<float>(q - 32);
        }
    }
}

void unpackBlocks(const MatrixView& matrix, const Byte* data, std::int64_t count, float* out,
                  void (*unpack)(const Byte*, float*)) {
    const WeightTraits& traits = traitsOf(matrix.type);
    for (std::int64_t i = 0; i < count; i += traits.blockCols, data += traits.blockBytes)
        unpack(data, out + i);
}

void unpackHalves(const Byte* data, std::int64_t count, float* out) {
    for (std::int64_t i = 0; i < count; ++i)
        out[i] = fromHalf(data + 2 * i);
}

void store(const float* values, std::int64_t count, float* out) {
    std::copy_n(values, count, out);
}

/// `values` holds whole vectors.
void store(const float* values, std::int64_t count, std::uint16_t* out) {
    std::uint16_t rounded[kStoredTile];
    for (std::int64_t i = 0; i < count; i += kLanes)
        store(load<Lanes>(values + i), rounded + i);
    std::copy_n(rounded, count, out);
}

template <typename Out>
void toRows(const MatrixView& matrix, std::int64_t first, std::int64_t count, Out* out) {
    float tile[kStoredTile] = {};
    for (std::int64_t row = first; row < first + count; ++row)
        for (std::int64_t col = 0; col < matrix.cols; col += kStoredTile) {
            const std::int64_t width = std::min(kStoredTile, matrix.cols - col);
            unpackTile(matrix, row, col, width, tile);
            store(tile, width, out);
            out += width;
        }
}

} // namespace

void unpackTile(const MatrixView& matrix, std::int64_t row, std::int64_t col, std::int64_t count, float* out) {
    const Byte* data =
        static_cast<const Byte*>(matrix.data) + row * rowBytes(matrix.type, matrix.cols) + rowBytes(matrix.type, col);
    switch (matrix.type) {
    case WeightType::Float16:
        return unpackHalves(data, count, out);
    case WeightType::Fp8:
        return unpackGrid(matrix, row, col, count, out, [&](std::int64_t i) { return kFp8Values[data[i]]; });
    case WeightType::Int8Group:
        return unpackGrid(matrix, row, col, count, out,
                          [&](std::int64_t i) { return static_cast<float>(static_cast<std::int8_t>(data[i])); });
    case WeightType::Int4Wide:
        return unpackInt4Wide(matrix, row, col, data, count, out);
    case WeightType::Fp4:
        return unpackFp4(matrix, row, col, data, count, out);
    case WeightType::Q8_0:
        return unpackBlocks(matrix, data, count, out, unpackQ8);
    case WeightType::Q4_K:
        return unpackBlocks(matrix, data, count, out, unpackQ4);
    case WeightType::Q5_K:
        return unpackBlocks(matrix, data, count, out, unpackQ5);
    case WeightType::Q6_K:
        return unpackBlocks(matrix, data, count, out, unpackQ6);
    case WeightType::Float32:
    case WeightType::BFloat16:
    case WeightType::Int8:
    case WeightType::Int4:
        break; // have kernels of their own
    }
}

const StoredRows kStoredRowsScalar = {toRows<float>, toRows<std::uint16_t>};

} // namespace prunescope::model
