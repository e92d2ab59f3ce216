#pragma once

#include <QColor>
#include <QPalette>
#include <QString>
#include <optional>
#include <string_view>

class QApplication;

/// Colours and style of the window. GUI thread.
namespace prunescope::ui {

/// Theme that the user chose; `Desktop` follows the desktop's light or dark setting.
enum class ThemeMode { Desktop, Light, Dark };

/// The colours that painting code needs beyond QPalette's roles. Text colours reach a contrast of 4.5:1 on `panel` and
/// `field`.
struct Colours {
    bool dark = false;
    QColor panel;  ///< docks and tool bar
    QColor field;  ///< inputs, buttons, bubbles of answers
    QColor hover;  ///< a button under the cursor
    QColor border; ///< hairlines
    QColor text;
    QColor muted;      ///< captions and marks
    QColor accent;     ///< links, focus rings, slider
    QColor accentFill; ///< filled buttons and bubbles of questions; white text on it
    QColor good;       ///< kept, sooner
    QColor warning;
    QColor error;
    QColor canvas; ///< around the picture: dark in both themes, so that the picture is the hero
};

/// Style, palette, style sheet and 13-px font for the whole program. Call once after QApplication is constructed and
/// again when the user changes the mode.
void applyTheme(QApplication& app, ThemeMode mode = ThemeMode::Desktop);

/// The mode that `applyTheme` was last called with.
ThemeMode themeMode();
/// The colours that belong to `palette`, which is one of ours.
const Colours& coloursOf(const QPalette& palette);
/// Colour of a stage (names of core/base/stage_times.h), the same in every chart.
QColor stageColour(std::string_view stage);
inline constexpr std::size_t kSeriesColours = 8;
/// Colour of the curve with that index in a chart, `kSeriesColours` before they repeat: 3:1 and more on `field`.
QColor seriesColour(const QPalette& palette, std::size_t index);
/// "first token" for "sample": a stage as people read it.
QString stageTitle(std::string_view stage);
/// Description of a stage, for a tooltip.
QString stageHelp(std::string_view stage);

/// "desktop", "light" or "dark", as in the settings file.
QString toText(ThemeMode mode);
/// The mode of that name; nothing for an unknown text.
std::optional<ThemeMode> themeModeOf(const QString& text);

} // namespace prunescope::ui
