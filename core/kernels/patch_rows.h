#pragma once

#include "core/blocks/pixel_blocks.h"

#include <array>
#include <cstdint>
#include <span>

namespace prunescope {

/// Type of the values in a patch row.
enum class RowType : int { Float32 = 0, BFloat16 = 1 };

/// How bytes of pixels become values, red, green, blue: (v - m) / s with m and s in float32, the mean and the deviation
/// of v / 255 times 255 (other-families spec 0). Qwen3-VL's unless said otherwise.
struct PixelScale {
    std::array<float, 3> mean{0.5F, 0.5F, 0.5F};
    std::array<float, 3> deviation{0.5F, 0.5F, 0.5F};
    bool operator==(const PixelScale&) const = default;
};

/// Patch rows of the given blocks in token order: `rows` is [patchesPerBlock * indices, patchFeatures] of `type`, for
/// Qwen3-VL [4 * indices, 1536], of values as `scale` has them, ordered channel, frame, row, column (qwen3-vl spec 3.3
/// and 3.4). Only these blocks are read.
void writePatchRows(const PixelBlocks& blocks, std::span<const int> indices, RowType type, void* rows,
                    const PixelScale& scale = {});

/// The bytes of the given blocks, one after the other: `bytes` is [indices, side, side, 3]. What travels to
/// a GPU.
void gatherBlocks(const PixelBlocks& blocks, std::span<const int> indices, std::uint8_t* bytes);

} // namespace prunescope
