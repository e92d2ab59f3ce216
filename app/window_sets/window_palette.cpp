#include "app/window_sets/window_palette.h"

#include <cmath>

namespace prunescope::app {

namespace {

using model::Xoshiro256;

QColor gray(int level) {
    return {level, level, level};
}

/// A hue, its strength and its brightness; one draw each, in this order on every compiler.
QColor tinted(Xoshiro256& random, int leastStrength, int mostStrength, int leastValue, int mostValue) {
    const int hue = random.below(360);
    const int strength = random.between(leastStrength, mostStrength);
    return QColor::fromHsv(hue, strength, random.between(leastValue, mostValue));
}

QColor readableOn(const QColor& background) {
    return qGray(background.rgb()) > 140 ? gray(0) : gray(255);
}

} // namespace

QColor blend(const QColor& a, const QColor& b, double shareOfB) {
    const auto part = [&](int x, int y) { return static_cast<int>(std::lround(x + (y - x) * shareOfB)); };
    return {part(a.red(), b.red()), part(a.green(), b.green()), part(a.blue(), b.blue())};
}

QPalette drawPalette(Xoshiro256& random, bool dark) {
    const QColor window = dark ? tinted(random, 0, 60, 32, 70) : tinted(random, 0, 14, 226, 255);
    const QColor text = gray(dark ? random.between(215, 255) : random.between(0, 50));
    const QColor base = dark ? blend(window, gray(0), random.between(15, 50) / 100.0) : gray(random.between(248, 255));
    const QColor button = blend(window, text, random.between(3, 14) / 100.0);
    const QColor accent = dark ? tinted(random, 90, 200, 120, 210) : tinted(random, 110, 235, 90, 220);
    QPalette palette(button, window);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        palette.setColor(role, text);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, blend(window, text, 0.5));
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, blend(base, text, 0.05));
    palette.setColor(QPalette::ToolTipBase, base);
    palette.setColor(QPalette::PlaceholderText, blend(base, text, 0.6));
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, readableOn(accent));
    palette.setColor(QPalette::Link, blend(accent, text, 0.3));
    return palette;
}

} // namespace prunescope::app
