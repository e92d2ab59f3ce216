#pragma once

#include "core/image/picture.h"
#include "model/datasets/screens/glyph_atlas.h"

#include <string_view>

namespace prunescope::model {

struct Color {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    bool operator==(const Color&) const = default;
};

/// A picture while it is drawn, with whole numbers only: the same pixels everywhere. Shapes are cut off at its edges.
class Canvas {
public:
    Canvas(Size size, Color background);

    Size size() const { return m_size; }
    void fill(PixelRect rect, Color color);
    /// Draws a border, `thickness` pixels inside `rect`.
    void frame(PixelRect rect, Color color, int thickness = 1);
    /// Corners are quarters of a circle.
    void fillRounded(PixelRect rect, int radius, Color color);
    /// The tick of a check box as large as `box`.
    void tick(PixelRect box, Color color);
    /// `text` is printable ASCII; the pen starts at `x`.
    void text(int x, int baseline, std::string_view text, const Font& font, Color color);
    /// Leaves this empty.
    Picture take() &&;

private:
    std::uint8_t* pixel(int x, int y);
    void blend(int x, int y, const Glyph& glyph, Color color);

    Size m_size;
    PixelBuffer m_rgb;
};

} // namespace prunescope::model
