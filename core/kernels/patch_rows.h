#pragma once

#include "core/blocks/pixel_blocks.h"

#include <cstdint>
#include <span>

namespace prunescope {

/// Type of the values in a patch row.
enum class RowType : int { Float32 = 0, BFloat16 = 1 };

/// Patch rows of the given blocks in token order: `rows` is [patchesPerBlock * indices, patchFeatures] of `type`, for
/// Qwen3-VL [4 * indices, 1536], normalised to (v - 127.5) / 127.5 and ordered channel, frame, row, column (qwen3-vl
/// spec 3.3 and 3.4). Only these blocks are read.
void writePatchRows(const PixelBlocks& blocks, std::span<const int> indices, RowType type, void* rows);

/// The bytes of the given blocks, one after the other: `bytes` is [indices, side, side, 3]. What travels to
/// a GPU.
void gatherBlocks(const PixelBlocks& blocks, std::span<const int> indices, std::uint8_t* bytes);

} // namespace prunescope
