#pragma once

#include "core/blocks/block_grid.h"
#include "core/image/picture.h"
#include "core/resize/resize.h"

#include <span>
#include <vector>

namespace prunescope {

/// Part of the picture that the model sees, and the part of the original that it shows.
struct PictureView {
    PixelRect seen; ///< in the picture that the model sees: whole blocks
    /// In pixels of the original; reaches outside where that is padded.
    double x = 0, y = 0, width = 0, height = 0;

    PixelBox source() const { return {x, y, x + width, y + height}; }
    /// Where a part of `seen` lies in the original.
    PixelBox sourceOf(PixelRect part) const;
    /// Where a point of the picture that the model sees lies in the original.
    PixelPoint sourceOf(PixelPoint point) const { return moved(point, boxOf(seen), source()); }
    /// The way back.
    PixelPoint seenOf(PixelPoint point) const { return moved(point, source(), boxOf(seen)); }
    bool operator==(const PictureView&) const = default;
};

/// The views of an original under `limits`, in token order; they tile the picture that the model sees.
std::vector<PictureView> pictureViews(Size original, const PixelLimits& limits);

/// `pictureViews`, but none of a picture that is Resized: that is seen whole, at whatever size.
std::vector<PictureView> fixedViews(Size original, const PixelLimits& limits);

/// The views that show most, which never overlap: without the small one of all of a picture of tiles, its last.
/// A place of the original is drawn as they have it.
std::span<const PictureView> sharpestViews(const std::vector<PictureView>& views);

/// Where a block lies in an original of this size. Without `views` the picture with the grid shows all of the original.
PixelBox blockPlace(const BlockGrid& grid, int index, Size original, const std::vector<PictureView>& views);

/// Where a part of the picture that the model sees lies in the original: a box for each of the views that it touches.
std::vector<PixelBox> placesOf(PixelRect seen, std::span<const PictureView> views);

/// The picture that the model sees put together again, and where it lies in the original.
struct Rejoined {
    Picture picture;
    PixelBox place;
};
/// Of the sharpest views, without what was padded; `seen` itself where there are no views.
Rejoined rejoined(const Picture& seen, Size original, const std::vector<PictureView>& views);

} // namespace prunescope
