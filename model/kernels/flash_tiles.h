#pragma once

#include "model/kernels/flash_attention.h"

// How flash attention lays out its operands. A tile is 1 KiB, 16 rows of 64 bytes, as AMX's registers hold it.
namespace prunescope::model {

inline constexpr int kTileRows = 16;
inline constexpr int kTileFloats = 256;
inline constexpr int kTileHalves = 512;
inline constexpr int kStepKeys = 32;       ///< depth of one tile product, and keys of one step
inline constexpr int kPackSteps = 8;       ///< of one packing item
inline constexpr int kMaxColumnSteps = 16; ///< of one item of column sums

// Packed keys and values of a key head lie in the order in which they are used: key tiles [keySteps][2][depthSteps],
// each [depth / 2][key][2], then value tiles [columns, two by two][keySteps][2, or 1 for an odd last], each
// [key / 2][column][2]. Zeros where there is no token or no element. The functions give offsets in elements; they are
// static, so that each file has its own: an inline one might be shared from a file of another instruction set.

static inline int64_t headOffset(const FlashAttention& plan, int64_t kvHead) {
    return kvHead * (2 * plan.depthSteps + plan.columnTiles) * plan.keySteps * kTileHalves;
}

/// Offset of the two key tiles of `step`, relative to the head.
static inline int64_t keyOffset(const FlashAttention& plan, int64_t step) {
    return step * 2 * plan.depthSteps * kTileHalves;
}

/// Offset of the value tiles of `step` in the columns `column` (even) and, if there is one, the next; relative to the
/// head.
static inline int64_t valueOffset(const FlashAttention& plan, int column, int64_t step) {
    const int width = column + 1 < plan.columnTiles ? 2 : 1;
    return ((2 * plan.depthSteps + column) * plan.keySteps + step * width) * kTileHalves;
}

} // namespace prunescope::model
