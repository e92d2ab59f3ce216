#include "model/datasets/screens/glyph_atlas.h"

#include "core/base/error.h"

#include <cstring>
#include <span>

// The build names the file and recompiles this when it changes.
asm(".section .rodata\n"
    "prunescope_glyphs_begin:\n"
    ".incbin \"" PRUNESCOPE_GLYPHS "\"\n"
    "prunescope_glyphs_end:\n"
    ".byte 0\n"
    ".previous\n");

extern "C" {
extern const std::uint8_t prunescope_glyphs_begin[] __attribute__((visibility("hidden")));
extern const std::uint8_t prunescope_glyphs_end[] __attribute__((visibility("hidden")));
}

namespace prunescope::model {

namespace {

constexpr std::string_view kMagic = "PSGLYPH1";

/// The bytes of the atlas, one after the other.
class AtlasReader {
public:
    explicit AtlasReader(std::span<const std::uint8_t> bytes) : m_bytes(bytes) {}

    std::span<const std::uint8_t> take(std::size_t count) {
        check(count <= m_bytes.size(), "the glyph atlas ends early");
        const auto taken = m_bytes.first(count);
        m_bytes = m_bytes.subspan(count);
        return taken;
    }
    int number() { return take(1)[0]; }
    int signedNumber() { return static_cast<std::int8_t>(take(1)[0]); }
    bool atEnd() const { return m_bytes.empty(); }
    std::size_t left() const { return m_bytes.size(); }

private:
    std::span<const std::uint8_t> m_bytes;
};

Glyph readGlyph(AtlasReader& reader, std::vector<std::uint8_t>& coverage) {
    Glyph glyph;
    glyph.advance = reader.number();
    glyph.left = reader.signedNumber();
    glyph.top = reader.signedNumber();
    glyph.width = reader.number();
    glyph.height = reader.number();
    const std::size_t pixels = static_cast<std::size_t>(glyph.width) * static_cast<std::size_t>(glyph.height);
    const auto packed = reader.take((pixels + 1) / 2);
    glyph.coverage = coverage.data() + coverage.size();
    for (std::size_t i = 0; i < pixels; ++i)
        coverage.push_back(static_cast<std::uint8_t>((packed[i / 2] >> (i % 2 * 4) & 15) * 17));
    return glyph;
}

Font readFont(AtlasReader& reader, int px, std::vector<std::uint8_t>& coverage) {
    Font font;
    font.px = px;
    font.ascent = reader.number();
    font.descent = reader.number();
    font.smallLetters = reader.number();
    for (Glyph& glyph : font.glyphs)
        glyph = readGlyph(reader, coverage);
    return font;
}

} // namespace

int Font::widthOf(std::string_view text) const {
    int width = 0;
    for (const char code : text)
        width += glyph(code).advance;
    return width;
}

GlyphAtlas::GlyphAtlas() {
    AtlasReader reader({prunescope_glyphs_begin, prunescope_glyphs_end});
    check(std::memcmp(reader.take(kMagic.size()).data(), kMagic.data(), kMagic.size()) == 0, "not a glyph atlas");
    m_faces = reader.number();
    m_smallestPx = reader.number();
    m_largestPx = reader.number();
    m_coverage.reserve(reader.left() * 2); // glyphs point into it: it must not move
    for (int face = 0; face < m_faces; ++face)
        for (int px = m_smallestPx; px <= m_largestPx; ++px)
            m_fonts.push_back(readFont(reader, px, m_coverage));
    check(reader.atEnd(), "the glyph atlas has more than its glyphs");
}

const GlyphAtlas& GlyphAtlas::instance() {
    static const GlyphAtlas atlas;
    return atlas;
}

const Font& GlyphAtlas::font(int face, int px) const {
    check(face >= 0 && face < m_faces && px >= m_smallestPx && px <= m_largestPx, "no such font in the glyph atlas");
    return m_fonts[static_cast<std::size_t>(face * (m_largestPx - m_smallestPx + 1) + px - m_smallestPx)];
}

} // namespace prunescope::model
