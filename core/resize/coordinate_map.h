#pragma once

#include "core/blocks/block_grid.h"
#include "core/image/screen_layout.h"
#include "core/resize/picture_views.h"

#include <optional>
#include <vector>

namespace prunescope {

/// Place of a point in the picture that a model sees.
struct SeenPoint {
    PixelPoint px;
    int block = 0;
    bool operator==(const SeenPoint&) const = default;
};

/// A point in every system of coordinates that there is for it.
struct PointPlaces {
    PixelPoint picture;                 ///< pixels of the picture
    std::optional<PixelPoint> desktop;  ///< pixels of the desktop's picture, where that is known
    std::optional<PixelPoint> logical;  ///< the desktop's own coordinates
    std::optional<std::size_t> screen;  ///< of the layout; nothing in a gap
    std::optional<PixelPoint> thousand; ///< 0 to 1000 from side to side of what the model is shown; nothing outside
    std::vector<SeenPoint> seen;        ///< once for each view that shows it, the sharpest first; often one, or none
};

/// Map between all coordinates of a picture: the desktop's logical ones and the pixels of its picture, the picture's
/// own pixels, those of the picture that a model sees, the thousandths in which models answer, and blocks. Everything
/// that has a point in one of them and wants it in another asks here. Fractions of pixels count.
class CoordinateMap {
public:
    /// `area`: the part of a picture that the model is shown. Without `views` the grid shows all of it (`fixedViews`).
    /// Neither the area nor the grid is empty.
    CoordinateMap(PixelRect area, const BlockGrid& grid, std::vector<PictureView> views = {});
    /// Map of what a model sees of an area under `limits`. Throws as `modelSize` does.
    static CoordinateMap of(PixelRect area, const PixelLimits& limits);

    /// Tells where the picture is from.
    void setDesktop(DesktopPart desktop) { m_desktop = std::move(desktop); }

    PixelPoint toThousandths(PixelPoint picture) const { return moved(picture, boxOf(m_area), kThousand); }
    PixelPoint fromThousandths(PixelPoint thousandths) const { return moved(thousandths, kThousand, boxOf(m_area)); }

    /// Where the model sees a point of the picture, in the sharpest view first; nowhere outside the area and where
    /// views leave something out.
    std::vector<SeenPoint> seenAt(PixelPoint picture) const;
    /// The point of the picture that a point of what the model sees shows; nothing outside of that.
    std::optional<PixelPoint> fromSeen(PixelPoint seen) const;
    /// Where a block lies in the picture; may reach out of it where that is padded.
    PixelBox boxOfBlock(int block) const;
    /// The block that shows a point of the picture best; nothing where none does.
    std::optional<int> blockAt(PixelPoint picture) const;

    /// Between the picture and the desktop. Nothing where the picture is of no desktop.
    std::optional<PixelPoint> toLogical(PixelPoint picture) const;
    std::optional<PixelPoint> fromLogical(PixelPoint logical) const;

    PointPlaces placesOf(PixelPoint picture) const;

private:
    static constexpr PixelBox kThousand{0, 0, 1000, 1000};

    int blockOf(PixelPoint seen) const;

    PixelRect m_area;
    BlockGrid m_grid;
    std::vector<PictureView> m_views; ///< of the area; never empty
    std::optional<DesktopPart> m_desktop;
};

} // namespace prunescope
