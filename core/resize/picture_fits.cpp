#include "core/resize/picture_fits.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace prunescope {

namespace {

constexpr std::size_t kBandBytes = 1 << 22; // of padded rows that are in memory at once

/// All grids within the limits, fewer tiles first; among equals those with fewer columns.
std::vector<TileGrid> tileGrids(int least, int most) {
    std::vector<TileGrid> grids;
    for (int cols = 1; cols <= most; ++cols)
        for (int rows = 1; rows <= most / cols; ++rows)
            if (cols * rows >= least)
                grids.push_back({cols, rows});
    std::stable_sort(grids.begin(), grids.end(),
                     [](const TileGrid& a, const TileGrid& b) { return a.count() < b.count(); });
    return grids;
}

/// Copies `rect` of `from` to whole rows of `to`, which are as wide.
void copyRows(const Picture& from, PixelRect rect, std::uint8_t* to) {
    const std::size_t rowBytes = static_cast<std::size_t>(rect.width) * 3;
    for (int y = 0; y < rect.height; ++y, to += rowBytes)
        std::memcpy(to, from.row(rect.y + y) + static_cast<std::size_t>(rect.x) * 3, rowBytes);
}

void fill(std::uint8_t* pixels, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        std::copy(kPadColour.begin(), kPadColour.end(), pixels + i * 3);
}

/// A picture that is put on a square and made `sidePx` wide. The square itself may be larger than memory: it is made
/// band by band, and only its narrow form is kept.
class NarrowSquare {
public:
    NarrowSquare(const Picture& picture, int sidePx)
        : m_picture(picture), m_square(squareAround(picture.size())), m_sidePx(sidePx),
          m_narrow(rowBytes() * static_cast<std::size_t>(m_square.height)) {}

    Picture run() && {
        fillFlat(0, -m_square.y);
        const auto wide = static_cast<std::size_t>(m_square.width) * 3;
        const int band = static_cast<int>(std::max<std::size_t>(1, kBandBytes / wide));
        for (int y = 0; y < m_picture.height(); y += band)
            addBand(y, std::min(band, m_picture.height() - y));
        fillFlat(m_picture.height() - m_square.y, m_square.height);
        return Picture({m_sidePx, m_square.height}, std::move(m_narrow));
    }

private:
    std::size_t rowBytes() const { return static_cast<std::size_t>(m_sidePx) * 3; }
    std::uint8_t* row(int y) { return m_narrow.data() + static_cast<std::size_t>(y) * rowBytes(); }

    /// Weights of a resize sum up to one for any flat colour: nothing is there to be resized.
    void fillFlat(int first, int last) {
        if (last > first)
            fill(row(first), static_cast<std::size_t>(last - first) * static_cast<std::size_t>(m_sidePx));
    }

    void addBand(int firstRow, int rows) {
        const Size wide{m_square.width, rows};
        PixelBuffer bytes(static_cast<std::size_t>(wide.area()) * 3);
        fill(bytes.data(), static_cast<std::size_t>(wide.area()));
        for (int y = 0; y < rows; ++y)
            std::memcpy(bytes.data() + (static_cast<std::size_t>(y) * static_cast<std::size_t>(wide.width) +
                                        static_cast<std::size_t>(-m_square.x)) *
                                           3,
                        m_picture.row(firstRow + y), m_picture.strideBytes());
        const Picture narrow = resizeBicubic(Picture(wide, std::move(bytes)), {m_sidePx, rows});
        copyRows(narrow, {0, 0, m_sidePx, rows}, row(firstRow - m_square.y));
    }

    const Picture& m_picture;
    PixelRect m_square;
    int m_sidePx;
    PixelBuffer m_narrow;
};

} // namespace

CentreCrop centreCrop(Size original, int sidePx) {
    const double side = sidePx, width = original.width, height = original.height;
    const bool wide = original.height <= original.width;
    const Size resized = wide ? Size{static_cast<int>(side * width / height), sidePx}
                              : Size{sidePx, static_cast<int>(side * height / width)};
    return {resized, {(resized.width - sidePx) / 2, (resized.height - sidePx) / 2, sidePx, sidePx}};
}

PixelRect squareAround(Size original) {
    const int side = std::max(original.width, original.height);
    return {-((side - original.width) / 2), -((side - original.height) / 2), side, side};
}

TileGrid tileGrid(Size original, const PixelLimits& limits) {
    const double ratio = static_cast<double>(original.width) / original.height;
    const double tileArea = 0.5 * limits.sidePx * limits.sidePx;
    TileGrid best;
    double least = std::numeric_limits<double>::infinity();
    for (const TileGrid& grid : tileGrids(limits.leastTiles, limits.mostTiles)) {
        const double distance = std::abs(ratio - static_cast<double>(grid.cols) / grid.rows);
        // Among equal shapes the one with more tiles, if the picture has the pixels for it.
        if (distance < least || (distance == least && static_cast<double>(original.area()) > tileArea * grid.count())) {
            least = distance;
            best = grid;
        }
    }
    return best;
}

Picture croppedForModel(const Picture& picture, int sidePx) {
    const CentreCrop crop = centreCrop(picture.size(), sidePx);
    const Picture resized = resizeBicubic(picture, crop.resized);
    return resized.size() == Size{sidePx, sidePx} ? resized : resized.cropped(crop.rect);
}

Picture paddedForModel(const Picture& picture, int sidePx) {
    if (picture.width() == picture.height())
        return resizeBicubic(picture, {sidePx, sidePx});
    return resizeBicubic(NarrowSquare(picture, sidePx).run(), {sidePx, sidePx});
}

Picture tiledForModel(const Picture& picture, const PixelLimits& limits) {
    const TileGrid grid = tileGrid(picture.size(), limits);
    const int side = limits.sidePx;
    const Picture resized = resizeBicubic(picture, {grid.cols * side, grid.rows * side});
    if (grid.count() == 1)
        return resized;
    const std::size_t squareBytes = static_cast<std::size_t>(side) * static_cast<std::size_t>(side) * 3;
    PixelBuffer column(squareBytes * static_cast<std::size_t>(grid.squares()));
    std::uint8_t* out = column.data();
    for (int tile = 0; tile < grid.count(); ++tile, out += squareBytes)
        copyRows(resized, {tile % grid.cols * side, tile / grid.cols * side, side, side}, out);
    copyRows(resizeBicubic(picture, {side, side}), {0, 0, side, side}, out);
    return Picture({side, grid.squares() * side}, std::move(column));
}

} // namespace prunescope
