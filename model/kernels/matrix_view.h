#pragma once

#include <cstdint>

namespace prunescope::model {

/// Number format of a weight matrix in memory. What each is like in numbers is in weight_types.h.
enum class WeightType {
    Float32,
    BFloat16,
    Int8, ///< value = q * scale of its row
    Int4, ///< value = q * scale + low of its group, q in 0..15

    // Formats of weight files that stay as they are stored.
    Float16,
    Fp8,       ///< value = E4M3FN number * scale of its block
    Int8Group, ///< value = q * scale of its block
    Int4Wide,  ///< value = q * scale + low of its group, both float32
    Fp4,       ///< value = E2M1 number * (E4M3FN scale of its 16 columns * factor)
    Q8_0,      ///< GGUF blocks
    Q4_K,
    Q5_K,
    Q6_K,
};

/// Consecutive columns that share a scale in Int4.
inline constexpr int kInt4Group = 32;
/// The same in Fp4.
inline constexpr int kFp4Group = 16;

/// Numbers of a packed matrix that are unpacked at once: whole matrices of a 2B model, but never a head of a gigabyte.
inline constexpr std::int64_t kPanelValues = 1 << 24;

/// A weight matrix [rows, cols], row-major, in host or device memory; lends, owns nothing.
///
/// Int8: `data` is int8 [rows, cols], `scales` float32 [rows].
/// Int4: cols is a multiple of kInt4Group; `data` is uint8 [rows, cols / 2], 16 bytes a group: byte j holds column j in
/// its lower and column j + 16 in its upper half, so that a vector load gives 16 neighbours with one mask. `scales` is
/// bfloat16 [rows, cols / kInt4Group, 2]: scale, then low.
///
/// Float16: `data` is IEEE binary16 [rows, cols], at any address.
/// Fp8: `data` is uint8 [rows, cols], E4M3FN; `scales` float32 [ceil(rows / scaleRows), ceil(cols / scaleCols)], each
/// of a block of scaleRows x scaleCols numbers: 1 x cols is a scale a row, 128 x 128 are blocks, of which the last may
/// be cut off. Int8Group: `data` is int8 [rows, cols], `scales` as Fp8. Int4Wide: `data` as Int4; scaleCols is a
/// multiple of kInt4Group; `scales` float32 [rows, ceil(cols / scaleCols), 2]: scale, then low. Fp4 (NVFP4): cols is a
/// multiple of 16; `data` is uint8 [rows, cols / 2], two E2M1 numbers a byte, the first in its lower half; `scales`
/// uint8 [rows, cols / 16], E4M3FN, to be multiplied with `factor`. Q8_0, Q4_K, Q5_K, Q6_K: `data` is what a GGUF file
/// holds, rows of whole blocks (32 columns in Q8_0, 256 in the others), at any address; no `scales`.
struct MatrixView {
    WeightType type = WeightType::Float32;
    const void* data = nullptr;
    const void* scales = nullptr; ///< of the types that have them beside `data`
    std::int64_t rows = 0;
    std::int64_t cols = 0;
    std::int64_t scaleRows = 1; ///< Fp8, Int8Group: rows that share a scale
    std::int64_t scaleCols = 0; ///< Fp8, Int8Group, Int4Wide: columns that share a scale
    float factor = 1;           ///< Fp4: of all scales
};

} // namespace prunescope::model
