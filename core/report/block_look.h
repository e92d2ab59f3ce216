#pragma once

#include "core/blocks/pixel_blocks.h"

namespace prunescope {

/// What a block looks like, and how what stands in for it differs. In levels, 0 to 255 of a sample.
struct BlockLook {
    int range = 0;        ///< largest less smallest sample of a channel: 0 is flat
    int step = 0;         ///< largest difference of neighbouring pixels
    double slope = 0;     ///< of the means of two halves, across or down: how much it rises
    double repeats = 1;   ///< share of pixels that equal their left neighbour, 0 to 1
    double error = 0;     ///< mean size of the difference
    double bias = 0;      ///< size of the mean difference: near `error` where it has one sign, near 0 in noise
    int errorStep = 0;    ///< `step` of the difference: the edges that are lost
    int strokePixels = 0; ///< pixels that, like the next one, differ by `kStrokeLevels` or more to the same side;
    /// 0 where no edge of that height is lost
};

/// Smallest difference that counts as part of a stroke: above what noise and codecs leave on flat areas most often.
inline constexpr int kStrokeLevels = 4;

/// Looks at block `block` of `blocks`, for which the block `shown` stands. O(samples of a block).
BlockLook lookAt(const PixelBlocks& blocks, int block, int shown);

} // namespace prunescope
