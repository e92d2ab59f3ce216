#pragma once

#include "model/kernels/flash_attention.h"

// How flash attention lays out its operands. A tile is 1 KiB, 16 rows of 64 bytes, as AMX's registers hold it.
namespace prunescope::model {

inline constexpr int kTileRows = 16;
inline constexpr int kTileFloats = 256;
inline constexpr int kTileHalves = 512;
inline constexpr int kStepKeys = 32; ///< depth of one tile product, and keys of a panel
inline constexpr int kPackSteps = 8; ///< panels of one packing item

/// Where the panel of 32 tokens begins, in elements: key tiles [2][depthSteps], each [depth / 2][key][2], then value
/// tiles [columnTiles], each [key / 2][column][2]. Zeros where there is no token or no element.
/// Static, so that each file has its own: an inline one might be shared from a file of another instruction set.
static inline int64_t panelOffset(const FlashAttention& plan, int64_t kvHead, int64_t step) {
    return (kvHead * plan.keySteps + step) * plan.panelTiles * kTileHalves;
}

} // namespace prunescope::model
