#pragma once

#include "core/blocks/pixel_blocks.h"

#include <cstdint>
#include <span>

namespace prunescope {

inline constexpr int kFrames = 2;                                        ///< the encoder sees a still image twice
inline constexpr int kPatchFeatures = 3 * kFrames * kPatchPx * kPatchPx; ///< 1536

/// Type of the values in a patch row.
enum class RowType : int { Float32 = 0, BFloat16 = 1 };

/// Patch rows of the given blocks, four a block, in token order: `rows` is [4 * indices, 1536] of `type`, normalised to
/// (v - 127.5) / 127.5 and ordered channel, frame, row, column (qwen3-vl spec 3.3 and 3.4). Only these blocks are read.
void writePatchRows(const PixelBlocks& blocks, std::span<const int> indices, RowType type, void* rows);

/// The bytes of the given blocks, one after the other: `bytes` is [indices, 32, 32, 3]. What travels to a GPU.
void gatherBlocks(const PixelBlocks& blocks, std::span<const int> indices, std::uint8_t* bytes);

} // namespace prunescope
