#pragma once

#include <cstdint>

namespace prunescope::model {

/// Number format of a weight matrix in memory.
enum class WeightType {
    Float32,
    BFloat16,
    Int8, ///< value = q * scale of its row
    Int4, ///< value = q * scale + low of its group, q in 0..15
};

/// Consecutive columns that share a scale in Int4.
inline constexpr int kInt4Group = 32;

/// Numbers of a packed matrix that are unpacked at once: whole matrices of a 2B model, but never a head of a gigabyte.
inline constexpr std::int64_t kPanelValues = 1 << 24;

/// A weight matrix [rows, cols], row-major, in host or device memory; lends, owns nothing.
///
/// Int8: `data` is int8 [rows, cols], `scales` float32 [rows].
/// Int4: cols is a multiple of kInt4Group; `data` is uint8 [rows, cols / 2], 16 bytes a group: byte j holds column j in
/// its lower and column j + 16 in its upper half, so that a vector load gives 16 neighbours with one mask. `scales` is
/// bfloat16 [rows, cols / kInt4Group, 2]: scale, then low.
struct MatrixView {
    WeightType type = WeightType::Float32;
    const void* data = nullptr;
    const void* scales = nullptr; ///< of the integer types
    std::int64_t rows = 0;
    std::int64_t cols = 0;
};

} // namespace prunescope::model
