#include "model/datasets/screens/sheet.h"

#include "core/base/error.h"

#include <algorithm>
#include <utility>

namespace prunescope::model {

namespace {

/// Capitals in the middle of a row look right, whatever a face says of its line.
int baselineIn(int top, int height, const Font& font) {
    return top + (height - font.glyph('H').top) / 2;
}

bool overlap(PixelRect a, PixelRect b) {
    return a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom();
}

} // namespace

PixelRect inset(PixelRect rect, int px) {
    return {rect.x + px, rect.y + px, rect.width - 2 * px, rect.height - 2 * px};
}

PixelRect takeTop(PixelRect& area, int px) {
    px = std::clamp(px, 0, area.height);
    const PixelRect taken{area.x, area.y, area.width, px};
    area.y += px;
    area.height -= px;
    return taken;
}

PixelRect takeBottom(PixelRect& area, int px) {
    px = std::clamp(px, 0, area.height);
    area.height -= px;
    return {area.x, area.bottom(), area.width, px};
}

PixelRect takeLeft(PixelRect& area, int px) {
    px = std::clamp(px, 0, area.width);
    const PixelRect taken{area.x, area.y, px, area.height};
    area.x += px;
    area.width -= px;
    return taken;
}

Sheet::Sheet(const ScreenOptions& options, Size size, const Font& font, const Font& large, const Theme& theme,
             Xoshiro256& random)
    : m_canvas(size, theme.background), m_theme(theme), m_font(font), m_large(large), m_random(random),
      m_texts(options, random) {}

int Sheet::rowsIn(PixelRect area, int stepPx, int low, int high) {
    return std::min(m_random.between(low, high), area.height / stepPx);
}

bool Sheet::isFree(PixelRect rect) const {
    const bool inside = rect.x >= 0 && rect.y >= 0 && rect.right() <= size().width && rect.bottom() <= size().height;
    return inside && !rect.empty() && !overlap(rect, m_covered);
}

PixelRect Sheet::inkOf(const std::string& text, int x, int top, int height, const Font& font) const {
    const int baseline = baselineIn(top, height, font);
    int left = x + font.widthOf(text), right = x, above = baseline, below = baseline;
    for (const char code : text) {
        const Glyph& glyph = font.glyph(code);
        if (glyph.width > 0) {
            left = std::min(left, x + glyph.left);
            right = std::max(right, x + glyph.left + glyph.width);
            above = std::min(above, baseline + glyph.top);
            below = std::max(below, baseline + glyph.top + glyph.height);
        }
        x += glyph.advance;
    }
    return {left, above, right - left, below - above};
}

PixelRect Sheet::write(const std::string& text, int x, int top, int height, TextLook look, TextNote note) {
    const PixelRect ink = inkOf(text, x, top, height, look.font);
    check(isFree(ink), "text is written where there is no room for it");
    const int baseline = baselineIn(top, height, look.font);
    m_canvas.text(x, baseline, text, look.font, look.color);
    const auto run = static_cast<std::int32_t>(m_screen.runs.size());
    const float middle = static_cast<float>(baseline) - static_cast<float>(look.font.smallLetters) / 2;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int advance = look.font.glyph(text[i]).advance;
        m_screen.characters.push_back({static_cast<float>(x) + static_cast<float>(advance) / 2, middle,
                                       static_cast<std::uint8_t>(text[i]), run, static_cast<std::int32_t>(i)});
        x += advance;
    }
    m_screen.runs.push_back(
        {text, note.box.empty() ? ink : note.box, ink, std::move(note.key), std::move(note.column), note.checked});
    return ink;
}

bool Sheet::writeElement(ElementKind kind, const std::string& text, int x, int top, int height, TextLook look) {
    if (text.empty() || !isFree(inkOf(text, x, top, height, look.font)))
        return false;
    const PixelRect ink = write(text, x, top, height, look);
    add({kind, text, ink, {}, {}, {}, {}});
    return true;
}

Screen Sheet::take() && {
    m_screen.picture = std::move(m_canvas).take();
    return std::move(m_screen);
}

} // namespace prunescope::model
