#include "model/datasets/screens/screen_maker.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "model/datasets/screens/document_screen.h"
#include "model/datasets/screens/screen_limits.h"
#include "model/datasets/screens/window_screen.h"

#include <algorithm>

namespace prunescope::model {

namespace {

void require(bool holds, const std::string& option, const std::string& found, const std::string& expected) {
    if (!holds)
        throw Error(ErrorKind::Usage, option + " is " + found + ", expected " + expected);
}

void requireRange(int value, const std::string& option, int low, int high) {
    require(value >= low && value <= high, option, std::to_string(value),
            "a number from " + std::to_string(low) + " to " + std::to_string(high));
}

void requireShare(double value, const std::string& option) {
    require(value >= 0 && value <= 1, option, shortNumber(value), "a number from 0 to 1");
}

void requireSize(Size size) {
    for (const int side : {size.width, size.height}) {
        const std::string found = std::to_string(size.width) + "x" + std::to_string(size.height);
        require(side % kScreenSideStep == 0 && side >= kLeastScreenSide && side <= kMostScreenSide, "sizes", found,
                "sides that are multiples of " + std::to_string(kScreenSideStep) + " from " +
                    std::to_string(kLeastScreenSide) + " to " + std::to_string(kMostScreenSide));
    }
}

/// Of the heading: larger than the text by a third or so, as far as the atlas goes.
int headingPx(Xoshiro256& random, int px) {
    const int larger = px + px * random.between(20, 60) / 100;
    return std::min(larger, GlyphAtlas::instance().largestPx());
}

} // namespace

ScreenMaker::ScreenMaker(ScreenOptions options) : m_options(std::move(options)) {
    require(!m_options.sizes.empty(), "sizes", "empty", "one size or more");
    require(!m_options.fontPx.empty(), "font_px", "empty", "one height or more");
    for (const Size size : m_options.sizes)
        requireSize(size);
    for (const int px : m_options.fontPx)
        requireRange(px, "font_px", GlyphAtlas::instance().smallestPx(), GlyphAtlas::instance().largestPx());
    requireRange(m_options.faces, "faces", 1, GlyphAtlas::instance().faces());
    requireRange(m_options.words, "words", kLeastScreenWords, mostScreenWords());
    requireShare(m_options.documents, "documents");
    requireShare(m_options.dark, "dark");
    requireShare(m_options.numbers, "numbers");
}

ScreenMaker::~ScreenMaker() = default;

Screen ScreenMaker::draw(std::uint64_t seed) const {
    Xoshiro256 random(seed);
    const Size size = random.pick(m_options.sizes);
    const int px = random.pick(m_options.fontPx);
    const int face = random.below(m_options.faces);
    const bool document = random.chance(m_options.documents), dark = !document && random.chance(m_options.dark);
    const GlyphAtlas& atlas = GlyphAtlas::instance();
    const Theme theme = document ? paperTheme(random) : windowTheme(random, dark);
    Sheet sheet(m_options, size, atlas.font(face, px), atlas.font(face, headingPx(random, px)), theme, random);
    if (document)
        drawDocument(sheet);
    else
        drawWindow(sheet);
    return std::move(sheet).take();
}

} // namespace prunescope::model
