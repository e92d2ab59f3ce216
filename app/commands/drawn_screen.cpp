#include "app/commands/drawn_screen.h"

#include <algorithm>
#include <array>
#include <random>

namespace prunescope::app {

namespace {

using Colour = std::array<std::uint8_t, 3>;

constexpr Colour kPaper{30, 31, 34};
constexpr Colour kBar{43, 45, 48};
constexpr Colour kInk{188, 190, 196};

class Canvas {
public:
    explicit Canvas(Size size) : m_size(size), m_rgb(static_cast<std::size_t>(size.area()) * 3) {}

    void fill(PixelRect rect, Colour colour) {
        rect = clipped(rect, m_size);
        for (int y = rect.y; y < rect.bottom(); ++y)
            for (int x = rect.x; x < rect.right(); ++x)
                std::copy(colour.begin(), colour.end(), m_rgb.begin() + offset(x, y));
    }

    Picture take() && { return Picture(m_size, std::move(m_rgb)); }

private:
    std::ptrdiff_t offset(int x, int y) const { return (std::ptrdiff_t{y} * m_size.width + x) * 3; }

    Size m_size;
    std::vector<std::uint8_t> m_rgb;
};

/// Words of strokes, one every few pixels: as busy for a block as small print is.
void writeLine(Canvas& canvas, int left, int right, int top, std::mt19937& random) {
    const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
    for (int x = left; x < right; x += 8)
        for (int letters = 2 + below(8); letters > 0 && x < right; --letters, x += 8)
            canvas.fill({x + below(3), top + below(4), 1 + below(5), 4 + below(7)}, kInk);
}

} // namespace

Picture drawScreen(Size size) {
    constexpr int kTitle = 36, kLine = 20;
    std::mt19937 random(1);
    Canvas canvas(size);
    canvas.fill({0, 0, size.width, size.height}, kPaper);
    canvas.fill({0, 0, size.width, kTitle}, kBar);
    const int side = size.width / 6;
    canvas.fill({0, kTitle, side, size.height}, kBar);
    const int lines = (size.height - 2 * kTitle) / kLine;
    for (int line = 0; line < lines; ++line) {
        const int top = kTitle + 8 + line * kLine;
        if (line < lines / 2)
            writeLine(canvas, 24, 24 + side / 2, top, random);
        const int width = static_cast<int>(random() % static_cast<unsigned>(std::max(1, size.width - 2 * side)));
        if (width > size.width / 10) // the others stay empty, as in real text
            writeLine(canvas, side + 48, side + 48 + width, top, random);
    }
    return std::move(canvas).take();
}

} // namespace prunescope::app
