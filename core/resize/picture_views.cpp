#include "core/resize/picture_views.h"

#include "core/base/error.h"
#include "core/resize/picture_fits.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace prunescope {

namespace {

constexpr double kRounding = 1e-6; // of an edge in pixels that should be whole

PictureView cropView(Size original, int side) {
    const CentreCrop crop = centreCrop(original, side);
    const double across = static_cast<double>(original.width) / crop.resized.width;
    const double down = static_cast<double>(original.height) / crop.resized.height;
    return {{0, 0, side, side}, crop.rect.x * across, crop.rect.y * down, side * across, side * down};
}

PictureView paddedView(Size original, int side) {
    const PixelRect square = squareAround(original);
    return {{0, 0, side, side},
            static_cast<double>(square.x),
            static_cast<double>(square.y),
            static_cast<double>(square.width),
            static_cast<double>(square.height)};
}

std::vector<PictureView> tileViews(Size original, const PixelLimits& limits) {
    const TileGrid grid = tileGrid(original, limits);
    const int side = limits.sidePx;
    const double width = static_cast<double>(original.width) / grid.cols;
    const double height = static_cast<double>(original.height) / grid.rows;
    std::vector<PictureView> views;
    for (int tile = 0; tile < grid.count(); ++tile)
        views.push_back(
            {{0, tile * side, side, side}, tile % grid.cols * width, tile / grid.cols * height, width, height});
    if (grid.squares() > grid.count())
        views.push_back({{0, grid.count() * side, side, side},
                         0,
                         0,
                         static_cast<double>(original.width),
                         static_cast<double>(original.height)});
    return views;
}

/// Column (row) of a tile that begins at `begin` in the original, where every one is `length` long.
int tileAt(double begin, double length) {
    return static_cast<int>(std::lround(begin / length));
}

/// Tiles side by side, as they lie in the original.
Picture joined(const Picture& seen, std::span<const PictureView> tiles) {
    const PictureView& last = tiles.back();
    const int cols = tileAt(last.x, last.width) + 1, rows = tileAt(last.y, last.height) + 1;
    const int tileWidth = last.seen.width, tileHeight = last.seen.height;
    const Size size{cols * tileWidth, rows * tileHeight};
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(size.area()) * 3);
    for (const PictureView& tile : tiles)
        for (int y = 0; y < tileHeight; ++y) {
            const int row = tileAt(tile.y, tile.height) * tileHeight + y;
            const int col = tileAt(tile.x, tile.width) * tileWidth;
            const std::int64_t at = (std::int64_t{row} * size.width + col) * 3;
            std::memcpy(rgb.data() + at, seen.row(tile.seen.y + y), static_cast<std::size_t>(tileWidth) * 3);
        }
    return Picture(size, std::move(rgb));
}

/// What a view sees of the original itself, in whole pixels.
PixelRect insideOf(const PictureView& view, Size original) {
    const auto roundedUp = [](double edge) { return static_cast<int>(std::ceil(edge - kRounding)); };
    const auto roundedDown = [](double edge) { return static_cast<int>(std::floor(edge + kRounding)); };
    const double across = view.seen.width / view.width, down = view.seen.height / view.height;
    const int left = roundedUp(std::max(0.0, -view.x * across)), top = roundedUp(std::max(0.0, -view.y * down));
    const int right = roundedDown(std::min(view.width, original.width - view.x) * across);
    const int bottom = roundedDown(std::min(view.height, original.height - view.y) * down);
    return {view.seen.x + left, view.seen.y + top, std::max(1, right - left), std::max(1, bottom - top)};
}

} // namespace

PixelBox PictureView::sourceOf(PixelRect part) const {
    const PixelPoint from = sourceOf(PixelPoint{double(part.x), double(part.y)});
    const PixelPoint to = sourceOf(PixelPoint{double(part.right()), double(part.bottom())});
    return {from.x, from.y, to.x, to.y};
}

std::vector<PictureView> pictureViews(Size original, const PixelLimits& limits) {
    const Size seen = modelSize(original, limits);
    switch (limits.fit) {
    case PictureFit::Cropped:
        return {cropView(original, limits.sidePx)};
    case PictureFit::Padded:
        return {paddedView(original, limits.sidePx)};
    case PictureFit::Tiled:
        return tileViews(original, limits);
    case PictureFit::Resized:
        break;
    }
    return {{{0, 0, seen.width, seen.height},
             0,
             0,
             static_cast<double>(original.width),
             static_cast<double>(original.height)}};
}

std::vector<PictureView> fixedViews(Size original, const PixelLimits& limits) {
    return limits.fixed() ? pictureViews(original, limits) : std::vector<PictureView>();
}

std::span<const PictureView> sharpestViews(const std::vector<PictureView>& views) {
    return std::span(views).first(views.size() > 1 ? views.size() - 1 : views.size());
}

PixelBox blockPlace(const BlockGrid& grid, int index, Size original, const std::vector<PictureView>& views) {
    if (views.empty())
        return grid.rectOn(index, original);
    const std::vector<PixelBox> places = placesOf(grid.rect(index), views);
    check(places.size() == 1, "a block is in one view");
    return places.front();
}

std::vector<PixelBox> placesOf(PixelRect seen, std::span<const PictureView> views) {
    std::vector<PixelBox> places;
    for (const PictureView& view : views)
        if (const PixelRect part = shared(seen, view.seen); !part.empty())
            places.push_back(view.sourceOf(part));
    return places;
}

Rejoined rejoined(const Picture& seen, Size original, const std::vector<PictureView>& views) {
    const PixelBox whole{0, 0, static_cast<double>(original.width), static_cast<double>(original.height)};
    if (views.empty())
        return {seen, whole};
    const std::span<const PictureView> sharpest = sharpestViews(views);
    if (sharpest.size() > 1)
        return {joined(seen, sharpest), whole};
    const PixelRect inside = insideOf(sharpest.front(), original);
    return {inside == sharpest.front().seen && sharpest.size() == views.size() ? seen : seen.cropped(inside),
            sharpest.front().sourceOf(inside)};
}

} // namespace prunescope
