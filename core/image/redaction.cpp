#include "core/image/redaction.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace prunescope {

Picture redacted(const Picture& picture, std::span<const PixelRect> parts) {
    std::vector<PixelRect> inside;
    for (const PixelRect& part : parts)
        if (const PixelRect shown = clipped(part, picture.size()); !shown.empty())
            inside.push_back(shown);
    if (inside.empty())
        return picture;
    PixelBuffer rgb(picture.sizeBytes());
    const std::size_t stride = picture.strideBytes();
    const int grain = std::max(1, kBytesPerThread / std::max(1, static_cast<int>(stride)));
    parallelRanges(picture.height(), grain, [&](int first, int last) {
        for (int y = first; y < last; ++y) {
            std::uint8_t* row = rgb.data() + static_cast<std::size_t>(y) * stride;
            std::memcpy(row, picture.row(y), stride);
            for (const PixelRect& part : inside)
                if (y >= part.y && y < part.bottom())
                    std::memset(row + part.x * 3, 0, static_cast<std::size_t>(part.width) * 3);
        }
    });
    return Picture(picture.size(), std::move(rgb));
}

std::vector<PixelRect> movedParts(std::span<const PixelRect> parts, PixelRect from, PixelRect to) {
    std::vector<PixelRect> moved;
    for (PixelRect part : parts) {
        part.x += from.x - to.x;
        part.y += from.y - to.y;
        if (const PixelRect shown = clipped(part, {to.width, to.height}); !shown.empty())
            moved.push_back(shown);
    }
    return moved;
}

} // namespace prunescope
