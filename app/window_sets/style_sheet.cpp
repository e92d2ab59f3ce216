#include "app/window_sets/style_sheet.h"

#include "app/window_sets/window_palette.h"

namespace prunescope::app {

namespace {

using model::Xoshiro256;

QString name(const QPalette& palette, QPalette::ColorRole role) {
    return palette.color(role).name();
}

QString border(const QPalette& palette) {
    return blend(palette.color(QPalette::Window), palette.color(QPalette::WindowText), 0.4).name();
}

QString buttons(Xoshiro256& random, const QPalette& palette, int em) {
    const int radius = random.between(0, em / 2), pad = random.between(em / 6, em / 3),
              sides = random.between(em / 2, em);
    const QString line = random.chance(0.5) ? "1px solid " + border(palette) : QString("0px");
    return QString("QPushButton { background: %1; border: %2; border-radius: %3px; padding: %4px %5px; }")
               .arg(name(palette, QPalette::Button), line)
               .arg(radius)
               .arg(pad)
               .arg(sides) +
           QString("QPushButton:default { background: %1; color: %2; }")
               .arg(name(palette, QPalette::Highlight), name(palette, QPalette::HighlightedText));
}

QString entries(Xoshiro256& random, const QPalette& palette, int em) {
    const QString back = name(palette, QPalette::Base);
    const int pad = random.between(em / 8, em / 3);
    if (random.chance(0.4))
        return QString("QLineEdit { background: %1; border: 0px; border-bottom: 2px solid %2; padding: %3px; }")
            .arg(back, border(palette))
            .arg(pad);
    return QString("QLineEdit { background: %1; border: 1px solid %2; border-radius: %3px; padding: %4px; }")
        .arg(back, border(palette))
        .arg(random.between(0, em / 2))
        .arg(pad);
}

QString tabs(Xoshiro256& random, const QPalette& palette, int em) {
    return QString("QTabBar::tab { padding: %1px %2px; border-bottom: 3px solid transparent; }"
                   "QTabBar::tab:selected { border-bottom: 3px solid %3; }"
                   "QTabWidget::pane { border: 0px; border-top: 1px solid %4; }")
        .arg(random.between(em / 6, em / 2))
        .arg(random.between(em / 2, em))
        .arg(name(palette, QPalette::Highlight), border(palette));
}

QString headers(Xoshiro256& random, const QPalette& palette, int em) {
    return QString("QHeaderView::section { background: %1; border: 0px; border-bottom: 1px solid %2; padding: %3px; }")
        .arg(name(palette, QPalette::Button), border(palette))
        .arg(random.between(em / 8, em / 3));
}

QString groups(Xoshiro256& random, const QPalette& palette, int em) {
    return QString("QGroupBox { border: 1px solid %1; border-radius: %2px; margin-top: %3px; padding-top: %4px; }"
                   "QGroupBox::title { subcontrol-origin: margin; left: %5px; padding: 0px 3px; }")
        .arg(border(palette))
        .arg(random.between(0, em / 2))
        .arg(em * 3 / 4)
        .arg(em / 2)
        .arg(random.between(em / 2, em));
}

} // namespace

QString drawStyleSheet(Xoshiro256& random, const QPalette& palette, int em) {
    QString sheet;
    for (const auto part : {buttons, entries, tabs, headers, groups})
        if (random.chance(0.75))
            sheet += part(random, palette, em) + "\n";
    return sheet;
}

} // namespace prunescope::app
