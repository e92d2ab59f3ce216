#include "app/window_sets/window_look.h"

#include "app/window_sets/style_sheet.h"
#include "app/window_sets/window_palette.h"
#include "core/base/error.h"

#include <QApplication>
#include <QFontDatabase>
#include <QStyle>
#include <QStyleFactory>
#include <algorithm>
#include <array>
#include <cmath>

namespace prunescope::app {

namespace {

using model::Xoshiro256;

constexpr int kLeastFontPx = 11; ///< in the picture
constexpr int kMostFontPx = 26;
constexpr int kLeastWidthEm = 20; ///< of a window: a label beside its field fits
constexpr int kLeastLogicalPx = 8;

/// Text faces that desktops have. A symbol font among all that a system has would make texts that nobody can read.
const QStringList& usualFamilies() {
    static const QStringList families{"DejaVu Sans",
                                      "DejaVu Sans Condensed",
                                      "DejaVu Sans Mono",
                                      "DejaVu Serif",
                                      "Inter",
                                      "Liberation Sans",
                                      "Liberation Serif",
                                      "Liberation Mono",
                                      "Noto Sans",
                                      "Noto Serif",
                                      "Open Sans",
                                      "Roboto",
                                      "Lato",
                                      "Ubuntu",
                                      "Cantarell",
                                      "Nimbus Sans",
                                      "Nimbus Roman",
                                      "Nimbus Mono PS",
                                      "URW Gothic",
                                      "Nimbus Sans Narrow",
                                      "P052",
                                      "C059",
                                      "Adwaita Sans",
                                      "FreeSans",
                                      "Source Sans Pro"};
    return families;
}

QFont drawFont(Xoshiro256& random, const QStringList& families, Size picture, double scale) {
    QFont font;
    if (!families.isEmpty()) // else whatever the machine has
        font.setFamily(families[random.below(static_cast<int>(families.size()))]);
    const int px = random.between(kLeastFontPx, std::clamp(picture.width / kLeastWidthEm, kLeastFontPx, kMostFontPx));
    font.setPixelSize(std::max(kLeastLogicalPx, static_cast<int>(std::lround(px / scale))));
    static constexpr std::array kHintings{QFont::PreferDefaultHinting, QFont::PreferNoHinting,
                                          QFont::PreferVerticalHinting, QFont::PreferFullHinting};
    font.setHintingPreference(random.pick(kHintings));
    return font;
}

} // namespace

QStringList installedFonts() {
    QStringList names = QFontDatabase::families();
    for (QString& name : names)
        name = name.section(" [", 0, 0); // "Nimbus Sans [urw]"
    return names;
}

QStringList windowFonts(const WindowOptions& options) {
    QStringList fonts;
    for (const std::string& name : options.fonts)
        fonts.push_back(QString::fromStdString(name));
    if (!fonts.isEmpty())
        return fonts;
    const QStringList there = installedFonts();
    std::ranges::copy_if(usualFamilies(), std::back_inserter(fonts),
                         [&](const QString& name) { return there.contains(name); });
    return fonts;
}

QSize WindowLook::windowSize() const {
    const auto logical = [this](int px) { return static_cast<int>(std::ceil(px / scale)); };
    return {logical(picture.width), logical(picture.height)};
}

WindowLook drawLook(Xoshiro256& random, const WindowOptions& options) {
    WindowLook look;
    look.picture = random.pick(options.sizes);
    look.scale = random.pick(options.scales);
    look.style = QString::fromStdString(random.pick(options.styles));
    look.font = drawFont(random, windowFonts(options), look.picture, look.scale);
    look.palette = drawPalette(random, random.chance(0.35));
    if (random.chance(0.3))
        look.sheet = drawStyleSheet(random, look.palette, look.em());
    look.colons = random.chance(0.5);
    return look;
}

void wear(const WindowLook& look) {
    if (QApplication::style()->name().compare(look.style, Qt::CaseInsensitive) != 0) {
        QStyle* style = QStyleFactory::create(look.style);
        check(style != nullptr, "a style was not checked");
        QApplication::setStyle(style);
    }
    QApplication::setPalette(look.palette);
    QApplication::setFont(look.font);
}

} // namespace prunescope::app
