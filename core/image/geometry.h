#pragma once

#include <array>
#include <cstdint>

namespace prunescope {

struct Size {
    int width = 0;
    int height = 0;
    std::int64_t area() const { return std::int64_t{width} * height; }
    bool operator==(const Size&) const = default;
};

/// Whole pixels; right and bottom edges are exclusive.
struct PixelRect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    int right() const { return x + width; }
    int bottom() const { return y + height; }
    bool empty() const { return width <= 0 || height <= 0; }
    bool operator==(const PixelRect&) const = default;
};

/// Edges in (fractional) pixels.
struct PixelBox {
    double left = 0;
    double top = 0;
    double right = 0;
    double bottom = 0;
    bool operator==(const PixelBox&) const = default;
};

/// A place, in (fractional) pixels: that of pixel 0 are 0 to 1.
struct PixelPoint {
    double x = 0;
    double y = 0;
    bool operator==(const PixelPoint&) const = default;
};

/// Whether a point lies in a box; its right and bottom edges are outside.
bool contains(const PixelBox& box, PixelPoint point);
/// How far a point is from a box; 0 inside of it.
double distance(const PixelBox& box, PixelPoint point);
/// The point that lies in `to` as `point` lies in `from`, which is not empty; also of points outside.
PixelPoint moved(PixelPoint point, const PixelBox& from, const PixelBox& to);
/// The smallest rectangle around both; an empty one counts for nothing.
PixelRect united(PixelRect a, PixelRect b);
/// The part that two rectangles share.
PixelRect shared(PixelRect a, PixelRect b);
/// The whole pixels between the edges of a box, each rounded to the nearest: boxes that touch become rectangles that
/// do.
PixelRect rounded(const PixelBox& box);

/// The edges of a rectangle.
PixelBox boxOf(PixelRect rect);
/// The whole pixels that a box touches, at least one.
PixelRect pixelsOf(PixelBox box);
/// Whether no edge lies outside a picture of `size`.
bool liesInside(const PixelBox& box, Size size);

/// [x, y, width, height], as files have boxes.
std::array<double, 4> sidesOf(const PixelBox& box);

/// The part of `rect` inside a picture of `size`.
PixelRect clipped(PixelRect rect, Size size);

} // namespace prunescope
