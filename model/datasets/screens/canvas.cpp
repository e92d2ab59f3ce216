#include "model/datasets/screens/canvas.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace prunescope::model {

namespace {

void put(std::uint8_t* pixel, Color color) {
    pixel[0] = color.r;
    pixel[1] = color.g;
    pixel[2] = color.b;
}

std::uint8_t mixed(int below, int above, int coverage) {
    return static_cast<std::uint8_t>((below * (255 - coverage) + above * coverage + 127) / 255);
}

/// How far a rounded corner of `radius` cuts into its row `row`, counted from the edge.
int cornerInset(int radius, int row) {
    const int up = 2 * (radius - row) - 1; // twice the distance of the row's middle from the circle's centre
    int inset = 0;
    while (inset < radius) {
        const int across = 2 * (radius - inset) - 1;
        if (across * across + up * up <= 4 * radius * radius)
            break;
        ++inset;
    }
    return inset;
}

} // namespace

Canvas::Canvas(Size size, Color background) : m_size(size), m_rgb(static_cast<std::size_t>(size.area()) * 3) {
    fill({0, 0, size.width, size.height}, background);
}

std::uint8_t* Canvas::pixel(int x, int y) {
    return m_rgb.data() +
           (static_cast<std::size_t>(y) * static_cast<std::size_t>(m_size.width) + static_cast<std::size_t>(x)) * 3;
}

void Canvas::fill(PixelRect rect, Color color) {
    const PixelRect inside = clipped(rect, m_size);
    if (inside.empty())
        return;
    std::uint8_t* first = pixel(inside.x, inside.y);
    for (int x = 0; x < inside.width; ++x)
        put(first + static_cast<std::size_t>(x) * 3, color);
    for (int y = inside.y + 1; y < inside.bottom(); ++y)
        std::memcpy(pixel(inside.x, y), first, static_cast<std::size_t>(inside.width) * 3);
}

void Canvas::frame(PixelRect rect, Color color, int thickness) {
    fill({rect.x, rect.y, rect.width, thickness}, color);
    fill({rect.x, rect.bottom() - thickness, rect.width, thickness}, color);
    fill({rect.x, rect.y, thickness, rect.height}, color);
    fill({rect.right() - thickness, rect.y, thickness, rect.height}, color);
}

void Canvas::fillRounded(PixelRect rect, int radius, Color color) {
    radius = std::min({radius, rect.width / 2, rect.height / 2});
    for (int row = 0; row < radius; ++row) {
        const int inset = cornerInset(radius, row);
        fill({rect.x + inset, rect.y + row, rect.width - 2 * inset, 1}, color);
        fill({rect.x + inset, rect.bottom() - 1 - row, rect.width - 2 * inset, 1}, color);
    }
    fill({rect.x, rect.y + radius, rect.width, rect.height - 2 * radius}, color);
}

void Canvas::tick(PixelRect box, Color color) {
    const int thick = std::max(2, box.width / 7);
    const int knee = box.width * 2 / 5; // where the short stroke ends and the long one begins
    const int start = box.width / 5;
    const int end = box.width - box.width / 6;
    const int low = box.height * 3 / 4;
    for (int x = start; x < end; ++x) {
        const int y = x < knee ? low - (knee - x) : low - (x - knee);
        fill({box.x + x, box.y + std::max(1, y - thick + 1), 1, thick}, color);
    }
}

void Canvas::blend(int x, int y, const Glyph& glyph, Color color) {
    const int firstX = std::max(0, -x), lastX = std::min(glyph.width, m_size.width - x);
    const int firstY = std::max(0, -y), lastY = std::min(glyph.height, m_size.height - y);
    for (int row = firstY; row < lastY; ++row) {
        const std::uint8_t* coverage = glyph.coverage + static_cast<std::ptrdiff_t>(row) * glyph.width;
        for (int col = firstX; col < lastX; ++col) {
            const int share = coverage[col];
            if (share == 0)
                continue;
            std::uint8_t* to = pixel(x + col, y + row);
            to[0] = mixed(to[0], color.r, share);
            to[1] = mixed(to[1], color.g, share);
            to[2] = mixed(to[2], color.b, share);
        }
    }
}

void Canvas::text(int x, int baseline, std::string_view text, const Font& font, Color color) {
    for (const char code : text) {
        const Glyph& glyph = font.glyph(code);
        blend(x + glyph.left, baseline + glyph.top, glyph, color);
        x += glyph.advance;
    }
}

Picture Canvas::take() && {
    return Picture(m_size, std::move(m_rgb));
}

} // namespace prunescope::model
