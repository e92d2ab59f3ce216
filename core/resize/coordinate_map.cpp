#include "core/resize/coordinate_map.h"

#include "core/base/error.h"

#include <algorithm>
#include <utility>

namespace prunescope {

namespace {

PictureView wholeView(Size area, const BlockGrid& grid) {
    return {{0, 0, grid.size().width, grid.size().height},
            0,
            0,
            static_cast<double>(area.width),
            static_cast<double>(area.height)};
}

} // namespace

CoordinateMap::CoordinateMap(PixelRect area, const BlockGrid& grid, std::vector<PictureView> views)
    : m_area(area), m_grid(grid), m_views(std::move(views)) {
    check(!area.empty() && grid.count() > 0, "an area and a grid with blocks");
    if (m_views.empty())
        m_views.push_back(wholeView({area.width, area.height}, grid));
}

CoordinateMap CoordinateMap::of(PixelRect area, const PixelLimits& limits) {
    const Size size{area.width, area.height};
    return {area, BlockGrid::of(modelSize(size, limits), limits.geometry), fixedViews(size, limits)};
}

int CoordinateMap::blockOf(PixelPoint seen) const {
    const int side = m_grid.geometry.blockPx();
    return m_grid.index(std::clamp(static_cast<int>(seen.y) / side, 0, m_grid.rows - 1),
                        std::clamp(static_cast<int>(seen.x) / side, 0, m_grid.cols - 1));
}

std::vector<SeenPoint> CoordinateMap::seenAt(PixelPoint picture) const {
    std::vector<SeenPoint> seen;
    if (!contains(boxOf(m_area), picture))
        return seen;
    const PixelPoint inArea{picture.x - m_area.x, picture.y - m_area.y};
    for (const PictureView& view : m_views)
        if (contains(view.source(), inArea)) {
            const PixelPoint px = view.seenOf(inArea);
            seen.push_back({px, blockOf(px)});
        }
    return seen;
}

std::optional<PixelPoint> CoordinateMap::fromSeen(PixelPoint seen) const {
    for (const PictureView& view : m_views)
        if (contains(boxOf(view.seen), seen)) {
            const PixelPoint inArea = view.sourceOf(seen);
            return PixelPoint{inArea.x + m_area.x, inArea.y + m_area.y};
        }
    return std::nullopt;
}

PixelBox CoordinateMap::boxOfBlock(int block) const {
    const PixelBox box = blockPlace(m_grid, block, {m_area.width, m_area.height}, m_views);
    return {box.left + m_area.x, box.top + m_area.y, box.right + m_area.x, box.bottom + m_area.y};
}

std::optional<int> CoordinateMap::blockAt(PixelPoint picture) const {
    const std::vector<SeenPoint> seen = seenAt(picture);
    return seen.empty() ? std::nullopt : std::optional(seen.front().block);
}

std::optional<PixelPoint> CoordinateMap::toLogical(PixelPoint picture) const {
    if (!m_desktop || m_desktop->layout.screens().empty())
        return std::nullopt;
    return m_desktop->layout.toLogical({picture.x + m_desktop->part.x, picture.y + m_desktop->part.y});
}

std::optional<PixelPoint> CoordinateMap::fromLogical(PixelPoint logical) const {
    if (!m_desktop || m_desktop->layout.screens().empty())
        return std::nullopt;
    const PixelPoint shown = m_desktop->layout.toPicture(logical);
    return PixelPoint{shown.x - m_desktop->part.x, shown.y - m_desktop->part.y};
}

PointPlaces CoordinateMap::placesOf(PixelPoint picture) const {
    PointPlaces places{picture, {}, toLogical(picture), {}, {}, seenAt(picture)};
    if (m_desktop) {
        places.desktop = PixelPoint{picture.x + m_desktop->part.x, picture.y + m_desktop->part.y};
        places.screen = m_desktop->layout.screenAt(*places.desktop);
    }
    if (contains(boxOf(m_area), picture))
        places.thousand = toThousandths(picture);
    return places;
}

} // namespace prunescope
