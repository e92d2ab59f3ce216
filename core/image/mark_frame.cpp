#include "core/image/mark_frame.h"

#include "core/base/error.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace prunescope {

namespace {

constexpr int kLeastLinePx = 3;
constexpr int kPicturePerLine = 640; ///< of the longer side: a line of 6 pixels at 4K

void fill(PixelBuffer& rgb, std::size_t stride, PixelRect rect) {
    for (int y = rect.y; y < rect.bottom(); ++y) {
        std::uint8_t* at = rgb.data() + static_cast<std::size_t>(y) * stride + static_cast<std::size_t>(rect.x) * 3;
        for (int x = 0; x < rect.width; ++x, at += 3)
            std::copy(kMarkColour.begin(), kMarkColour.end(), at);
    }
}

} // namespace

std::array<PixelRect, 4> MarkFrame::sides() const {
    const int across = std::min(linePx, outer.width), down = std::min(linePx, outer.height);
    const int inner = std::max(0, outer.height - 2 * down);
    return {PixelRect{outer.x, outer.y, outer.width, down},
            PixelRect{outer.x, outer.bottom() - down, outer.width, down},
            PixelRect{outer.x, outer.y + down, across, inner},
            PixelRect{outer.right() - across, outer.y + down, across, inner}};
}

MarkFrame markFrame(PixelRect region, Size picture) {
    const PixelRect inside = clipped(region, picture);
    check(!inside.empty(), "a frame is around a part of the picture");
    const int line = std::max(kLeastLinePx, std::max(picture.width, picture.height) / kPicturePerLine);
    const PixelRect grown{inside.x - line, inside.y - line, inside.width + 2 * line, inside.height + 2 * line};
    return {clipped(grown, picture), line};
}

Picture framed(const Picture& picture, PixelRect region) {
    PixelBuffer rgb(picture.sizeBytes());
    std::memcpy(rgb.data(), picture.data(), picture.sizeBytes());
    for (const PixelRect& side : markFrame(region, picture.size()).sides())
        fill(rgb, picture.strideBytes(), side);
    return Picture(picture.size(), std::move(rgb));
}

} // namespace prunescope
