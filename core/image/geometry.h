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
