#include "core/image/geometry.h"

#include <algorithm>
#include <cmath>

namespace prunescope {

PixelBox boxOf(PixelRect rect) {
    return {double(rect.x), double(rect.y), double(rect.right()), double(rect.bottom())};
}

bool contains(const PixelBox& box, PixelPoint point) {
    return point.x >= box.left && point.x < box.right && point.y >= box.top && point.y < box.bottom;
}

double distance(const PixelBox& box, PixelPoint point) {
    return std::hypot(std::max({box.left - point.x, 0.0, point.x - box.right}),
                      std::max({box.top - point.y, 0.0, point.y - box.bottom}));
}

PixelPoint moved(PixelPoint point, const PixelBox& from, const PixelBox& to) {
    const double across = (to.right - to.left) / (from.right - from.left);
    const double down = (to.bottom - to.top) / (from.bottom - from.top);
    return {to.left + (point.x - from.left) * across, to.top + (point.y - from.top) * down};
}

PixelRect united(PixelRect a, PixelRect b) {
    if (a.empty() || b.empty())
        return a.empty() ? b : a;
    const int left = std::min(a.x, b.x), top = std::min(a.y, b.y);
    return {left, top, std::max(a.right(), b.right()) - left, std::max(a.bottom(), b.bottom()) - top};
}

PixelRect shared(PixelRect a, PixelRect b) {
    const int left = std::max(a.x, b.x), top = std::max(a.y, b.y);
    return {left, top, std::min(a.right(), b.right()) - left, std::min(a.bottom(), b.bottom()) - top};
}

PixelRect rounded(const PixelBox& box) {
    const auto edge = [](double value) { return static_cast<int>(std::lround(value)); };
    return {edge(box.left), edge(box.top), edge(box.right) - edge(box.left), edge(box.bottom) - edge(box.top)};
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
