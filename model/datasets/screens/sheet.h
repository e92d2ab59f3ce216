#pragma once

#include "model/datasets/screens/text_source.h"
#include "model/datasets/screens/theme.h"

namespace prunescope::model {

/// Notes on a text as it is written; see TextRun.
struct TextNote {
    PixelRect box = {}; ///< empty: its own ink
    std::string key = {};
    std::string column = {};
    std::optional<bool> checked = {};
};

/// Look of a text.
struct TextLook {
    const Font& font;
    Color color;
};

/// A screen while it is drawn: pixels and what is known of them grow together. Nothing is written under what covers the
/// screen, nor across its edges.
class Sheet {
public:
    Sheet(const ScreenOptions& options, Size size, const Font& font, const Font& large, const Theme& theme,
          Xoshiro256& random);

    Canvas& canvas() { return m_canvas; }
    const Theme& theme() const { return m_theme; }
    const Font& font() const { return m_font; }
    const Font& large() const { return m_large; } ///< of headings
    Xoshiro256& random() { return m_random; }
    TextSource& texts() { return m_texts; }
    int px() const { return m_font.px; }
    /// Number of rows of `stepPx` to draw: `low` to `high`, as far as they fit.
    int rowsIn(PixelRect area, int stepPx, int low, int high);
    /// Height of a row that holds one line of text.
    int rowPx() const { return m_font.px + m_font.px / 2; }
    Size size() const { return m_canvas.size(); }

    /// Keeps `rect` free of everything written while it lasts: a dialog will lie there.
    void cover(PixelRect rect) { m_covered = rect; }
    void uncover() { m_covered = {}; }
    /// Whether `rect` is inside the picture and not covered, not even in part.
    bool isFree(PixelRect rect) const;

    /// Box of the letters of `text` when it starts at `x` in the middle of a row.
    PixelRect inkOf(const std::string& text, int x, int top, int height, const Font& font) const;
    /// Writes in the middle of the row from `top` of `height`, and gives the ink's box. The place must be free.
    PixelRect write(const std::string& text, int x, int top, int height, TextLook look, TextNote note = {});
    void add(ScreenElement element) { m_screen.elements.push_back(std::move(element)); }
    /// A text that is an element by itself. Does nothing where the place is not free; says whether it wrote.
    bool writeElement(ElementKind kind, const std::string& text, int x, int top, int height, TextLook look);

    Screen take() &&;

private:
    Canvas m_canvas;
    Theme m_theme;
    const Font& m_font;
    const Font& m_large;
    Xoshiro256& m_random;
    TextSource m_texts;
    PixelRect m_covered;
    Screen m_screen;
};

/// `rect` less `px` on every side.
PixelRect inset(PixelRect rect, int px);
/// Takes `px` off an edge of `area` and gives that part.
PixelRect takeTop(PixelRect& area, int px);
PixelRect takeBottom(PixelRect& area, int px);
PixelRect takeLeft(PixelRect& area, int px);

} // namespace prunescope::model
