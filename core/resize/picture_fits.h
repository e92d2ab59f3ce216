#pragma once

#include "core/resize/resize.h"

#include <array>
#include <cstdint>

namespace prunescope {

/// The resize before the square in the middle is taken, and where that square lies then (other-families spec 2.3).
struct CentreCrop {
    Size resized; ///< the shorter side is the square's
    PixelRect rect;
};
CentreCrop centreCrop(Size original, int sidePx);

/// The square on whose middle a picture is put, in the picture's own pixels (other-families spec 2.3).
PixelRect squareAround(Size original);

/// What a padded picture stands on: the mean of CLIP's pixels, in bytes.
inline constexpr std::array<std::uint8_t, 3> kPadColour{122, 116, 104};

/// Columns and rows of tiles (other-families spec 3.3).
struct TileGrid {
    int cols = 1;
    int rows = 1;
    int count() const { return cols * rows; }
    /// With the small picture of all of it, which a single tile does without.
    int squares() const { return count() > 1 ? count() + 1 : 1; }
    bool operator==(const TileGrid&) const = default;
};
TileGrid tileGrid(Size original, const PixelLimits& limits);

/// The middle of the picture, [side, side].
Picture croppedForModel(const Picture& picture, int sidePx);
/// The picture on a flat square, [side, side].
Picture paddedForModel(const Picture& picture, int sidePx);
/// The picture's tiles, one below the other: [squares * side, side].
Picture tiledForModel(const Picture& picture, const PixelLimits& limits);

} // namespace prunescope
