#include "core/image/geometry.h"

#include <algorithm>
#include <cmath>

namespace prunescope {

PixelBox boxOf(PixelRect rect) {
    return {double(rect.x), double(rect.y), double(rect.right()), double(rect.bottom())};
}

PixelRect pixelsOf(PixelBox box) {
    const auto left = static_cast<int>(std::floor(box.left)), top = static_cast<int>(std::floor(box.top));
    return {left, top, std::max(1, static_cast<int>(std::ceil(box.right)) - left),
            std::max(1, static_cast<int>(std::ceil(box.bottom)) - top)};
}

std::array<double, 4> sidesOf(const PixelBox& box) {
    return {box.left, box.top, box.right - box.left, box.bottom - box.top};
}

bool liesInside(const PixelBox& box, Size size) {
    return box.left >= 0 && box.top >= 0 && box.right <= size.width && box.bottom <= size.height;
}

PixelRect clipped(PixelRect rect, Size size) {
    const int left = std::clamp(rect.x, 0, size.width);
    const int top = std::clamp(rect.y, 0, size.height);
    const int right = std::clamp(rect.right(), left, size.width);
    const int bottom = std::clamp(rect.bottom(), top, size.height);
    return {left, top, right - left, bottom - top};
}

} // namespace prunescope
