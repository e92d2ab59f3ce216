#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// One character's ink. Pixels count from the pen on the baseline, down is positive.
struct Glyph {
    int advance = 0; ///< to the next character's pen
    int left = 0;
    int top = 0; ///< of the ink; above the baseline it is negative
    int width = 0;
    int height = 0;
    const std::uint8_t* coverage = nullptr; ///< [height, width], 0 none .. 255 full
};

/// A face in one size.
struct Font {
    int px = 0;
    int ascent = 0;
    int descent = 0;
    int smallLetters = 0; ///< height of an x
    std::array<Glyph, 95> glyphs;

    /// `code` is printable ASCII.
    const Glyph& glyph(char code) const { return glyphs[static_cast<std::size_t>(code - ' ')]; }
    int lineHeight() const { return ascent + descent; }
    int widthOf(std::string_view text) const;
};

/// The letters of drawn screens, compiled in; packaging/atlas/atlas.py makes them and documents the format. Immutable.
class GlyphAtlas {
public:
    /// Decoded at the first call; any thread.
    static const GlyphAtlas& instance();

    int faces() const { return m_faces; }
    int smallestPx() const { return m_smallestPx; }
    int largestPx() const { return m_largestPx; }
    /// Throws Error(Internal) for a face or size that it does not have.
    const Font& font(int face, int px) const;

private:
    GlyphAtlas();

    int m_faces = 0;
    int m_smallestPx = 0;
    int m_largestPx = 0;
    std::vector<Font> m_fonts;            // [faces, sizes]
    std::vector<std::uint8_t> m_coverage; // of all glyphs
};

} // namespace prunescope::model
