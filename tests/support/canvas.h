#pragma once

#include "core/image/picture.h"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace prunescope::test {

using Rgb = std::array<std::uint8_t, 3>;

/// A picture that is drawn on.
class Canvas {
public:
    explicit Canvas(Size size, Rgb ground = {255, 255, 255});
    explicit Canvas(const Picture& picture);

    void fill(PixelRect rect, Rgb colour);
    /// Strokes two pixels wide where letters would be, a word of six in 48 x 10 pixels.
    void word(int x, int y, Rgb ink, unsigned shape);
    /// Changes every sample: `change(x, y, level)` is the new level, rounded down and clamped.
    void change(const std::function<double(int, int, double)>& change);
    Picture picture() const { return Picture(m_size, m_rgb); }

private:
    Size m_size;
    std::vector<std::uint8_t> m_rgb;
};

} // namespace prunescope::test
