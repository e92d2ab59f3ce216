#pragma once

#include "core/blocks/patch_geometry.h"
#include "core/image/picture.h"
#include "core/kernels/cpu_level.h"

#include <cstdint>

namespace prunescope {

/// What becomes of a picture's shape on the way to the model.
enum class PictureFit {
    Resized, ///< stays, but for rounding to whole blocks within limits of the area (qwen3-vl spec 3.1)
    Cropped, ///< the square in the middle is left of it (other-families spec 2.3)
    Padded,  ///< it is put on a square of a flat colour (other-families spec 2.3)
    Tiled,   ///< it becomes a grid of squares; one of all of it, smaller, is the last (other-families spec 3.3)
};

/// How pictures become what a model sees.
struct PixelLimits {
    /// Allowed area in pixels (preprocessor_config.json: shortest_edge, longest_edge, which are areas despite their
    /// names); only of pictures that are Resized.
    std::int64_t minPixels = 65536;
    std::int64_t maxPixels = 16777216;
    PatchGeometry geometry = {}; ///< the blocks that it is cut into
    PictureFit fit = PictureFit::Resized;
    int sidePx = 0; ///< of the squares of all other fits: whole blocks
    /// Tiles of a Tiled picture, without the small one of all of it.
    int leastTiles = 1;
    int mostTiles = 1;

    bool fixed() const { return fit != PictureFit::Resized; } ///< seen in squares of `sidePx`
    bool operator==(const PixelLimits&) const = default;
};

/// Longest side over shortest side of a Resized picture may not exceed this (qwen3-vl spec 3.1).
inline constexpr double kMaxAspectRatio = 200.0;

/// The size at which the model sees a picture of `size`: sides are multiples of the block's. Tiles stand one below the
/// other. Throws Error(BadInput) for an empty picture, for one that is Resized and has an aspect ratio above 200, and
/// for one so narrow that it would take all memory on its way to a square.
Size modelSize(Size size, const PixelLimits& limits);

/// `modelSize` where `resize`, else `size` itself: nothing but cutting into tiles may be left to do. Throws
/// Error(BadInput), also for sides at which that can't be.
Size seenSize(Size size, const PixelLimits& limits, bool resize);

/// Bicubic (a = -0.5) with antialiasing on bytes, in fixed point: to the byte what the model's own image processor does
/// (qwen3-vl spec 3.2). Horizontal pass first; an axis of equal size is skipped; the same size shares the pixels. Every
/// `level` of `cpuLevels` gives the same bytes. Uses up to `maxWorkers` threads; besides the result a thread needs only
/// a few rows. Throws Error(Internal) unless both sizes are positive, std::bad_alloc.
Picture resizeBicubic(const Picture& picture, Size size, CpuLevel level = bestCpuLevel());

/// The picture that the model sees, of `modelSize`. A picture of tiles is a single one in which they stand one below
/// the other in token order: row by row, the one of all of it last.
Picture resizeForModel(const Picture& picture, const PixelLimits& limits);

/// The picture that the model sees, of `seenSize`.
Picture seenPicture(const Picture& picture, const PixelLimits& limits, bool resize);

/// Throws Error(Usage) where pictures can't be shown smaller than they would be: `limits` are fixed.
void requireAnySize(const PixelLimits& limits);

/// The whole picture at the smaller `size` that a pruning method chose. Throws as `requireAnySize`.
Picture resizeSmaller(const Picture& picture, Size size, const PixelLimits& limits);

} // namespace prunescope
