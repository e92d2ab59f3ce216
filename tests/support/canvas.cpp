#include "tests/support/canvas.h"

#include <algorithm>

namespace prunescope::test {

Canvas::Canvas(Size size, Rgb ground) : m_size(size), m_rgb(static_cast<std::size_t>(size.area()) * 3) {
    fill({0, 0, size.width, size.height}, ground);
}

Canvas::Canvas(const Picture& picture)
    : m_size(picture.size()), m_rgb(picture.data(), picture.data() + picture.sizeBytes()) {}

void Canvas::fill(PixelRect rect, Rgb colour) {
    for (int y = rect.y; y < rect.bottom(); ++y)
        for (int x = rect.x; x < rect.right(); ++x)
            std::ranges::copy(colour, m_rgb.begin() + (static_cast<std::ptrdiff_t>(y) * m_size.width + x) * 3);
}

void Canvas::word(int x, int y, Rgb ink, unsigned shape) {
    for (int letter = 0; letter < 6; ++letter, shape = shape * 1664525u + 1013904223u) {
        const int left = x + 8 * letter, height = 6 + static_cast<int>(shape >> 28) % 5;
        fill({left, y + 10 - height, 2, height}, ink);
        fill({left + 2, y + static_cast<int>(shape >> 24) % 8, 3, 2}, ink);
    }
}

void Canvas::change(const std::function<double(int, int, double)>& change) {
    for (std::size_t i = 0; i < m_rgb.size(); ++i) {
        const int pixel = static_cast<int>(i / 3);
        m_rgb[i] = static_cast<std::uint8_t>(
            std::clamp(change(pixel % m_size.width, pixel / m_size.width, m_rgb[i]), 0.0, 255.0));
    }
}

} // namespace prunescope::test
