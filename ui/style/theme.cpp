#include "ui/style/theme.h"

#include "core/base/picture_stages.h"
#include "core/base/stage_times.h"
#include "ui/style/desktop_scheme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QHash>
#include <QStyleFactory>
#include <QVariant>
#include <algorithm>
#include <array>

// A resource in a static library is registered by hand; the macro has to stand outside of any namespace.
static void registerResources() {
    Q_INIT_RESOURCE(prunescope);
    Q_INIT_RESOURCE(samples);
}

namespace prunescope::ui {

namespace {

constexpr char kModeProperty[] = "prunescopeTheme";
constexpr int kTextPx = 13;

const Colours kDark{true,      "#25282d", "#1b1d21", "#31353c", "#3b4048", "#eceef1", "#a4abb5",
                    "#62adf6", "#2470d4", "#4fca90", "#e5b05c", "#ff8a80", "#101113"};
const Colours kLight{false,     "#ffffff", "#f5f7f9", "#e9edf2", "#d3d9e0", "#16191d", "#5b6470",
                     "#1a68c7", "#1c6dd0", "#127a47", "#8a5a00", "#b3261e", "#101113"};

struct StageLook {
    std::string_view name;
    const char* colour;
    const char* title;
    const char* help;
};

const StageLook kStages[]{
    {stage::kCapture, "#d9806a", QT_TRANSLATE_NOOP("stage", "capture"),
     QT_TRANSLATE_NOOP("stage", "The desktop gives the pixels of the screen: once for all questions about a picture")},
    {stage::kReadImage, "#d8a3b4", QT_TRANSLATE_NOOP("stage", "read"),
     QT_TRANSLATE_NOOP("stage", "The file or the captured pixels are read: once for all questions about a picture")},
    {stage::kPreprocess, "#8a929c", QT_TRANSLATE_NOOP("stage", "preprocess"),
     QT_TRANSLATE_NOOP("stage", "The picture is resized to what the model sees")},
    {stage::kSelect, "#46bd84", QT_TRANSLATE_NOOP("stage", "select"),
     QT_TRANSLATE_NOOP("stage", "Blocks to keep are selected")},
    {stage::kVit, "#4c9ef2", QT_TRANSLATE_NOOP("stage", "vit"),
     QT_TRANSLATE_NOOP("stage", "Vision encoder: kept blocks become tokens")},
    {stage::kPrefill, "#9178e8", QT_TRANSLATE_NOOP("stage", "prefill"),
     QT_TRANSLATE_NOOP("stage", "The language model reads the whole prompt")},
    {stage::kMethod, "#c3b1fa", QT_TRANSLATE_NOOP("stage", "method"),
     QT_TRANSLATE_NOOP("stage", "Methods score tokens, choose among them and lay them out anew; others count it as "
                                "part of prefill")},
    {stage::kSample, "#e0a045", QT_TRANSLATE_NOOP("stage", "first token"),
     QT_TRANSLATE_NOOP("stage", "The first token is chosen, and all hand-overs between stages")},
    {stage::kDecodePerToken, "#2fb3aa", QT_TRANSLATE_NOOP("stage", "decode"),
     QT_TRANSLATE_NOOP("stage", "Tokens after the first")},
};

constexpr std::array<const char*, kSeriesColours> kDarkSeries{"#62adf6", "#e0a045", "#4fca90", "#c39af5",
                                                              "#ff8a80", "#2fb3aa", "#d6d36a", "#f29ad0"};
constexpr std::array<const char*, kSeriesColours> kLightSeries{"#1a68c7", "#a85e00", "#127a47", "#6f42c1",
                                                               "#b3261e", "#00766c", "#6b6600", "#b02a7f"};

const StageLook* lookOf(std::string_view name) {
    for (const StageLook& look : kStages)
        if (look.name == name)
            return &look;
    return nullptr;
}

QPalette paletteOf(const Colours& c) {
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, const QColor& colour) { palette.setColor(role, colour); };
    set(QPalette::Window, c.panel);
    set(QPalette::Base, c.field);
    set(QPalette::AlternateBase, c.panel);
    set(QPalette::Button, c.field);
    set(QPalette::ToolTipBase, c.field);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::ToolTipText})
        set(role, c.text);
    set(QPalette::BrightText, Qt::white);
    set(QPalette::PlaceholderText, c.muted);
    set(QPalette::Highlight, c.accentFill);
    set(QPalette::HighlightedText, Qt::white);
    set(QPalette::Link, c.accent);
    set(QPalette::LinkVisited, c.accent);
    set(QPalette::Light, c.border.lighter(115));
    set(QPalette::Midlight, c.border);
    set(QPalette::Mid, c.border);
    set(QPalette::Dark, c.border.darker(120));
    set(QPalette::Shadow, c.border.darker(160));
    QColor faded = c.muted;
    faded.setAlphaF(0.6f);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, faded);
    return palette;
}

// The style sheet is written with colour names (@border) that are replaced here.
QString styleSheetOf(const Colours& c) {
    QFile file(QStringLiteral(":/style/window.qss"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QString sheet = QString::fromUtf8(file.readAll());
    const std::pair<const char*, QColor> names[]{
        {"@accentFill", c.accentFill}, {"@accentHover", c.accentFill.lighter(112)},
        {"@accent", c.accent},         {"@panel", c.panel},
        {"@field", c.field},           {"@hover", c.hover},
        {"@border", c.border},         {"@text", c.text},
        {"@muted", c.muted},           {"@good", c.good},
        {"@error", c.error},           {"@warning", c.warning}};
    for (const auto& [name, colour] : names)
        sheet.replace(QLatin1String(name), colour.name());
    return sheet.replace(QLatin1String("@theme"), QLatin1String(c.dark ? "dark" : "light"));
}

// The desktop's own font, at our size. DejaVu is what fontconfig falls back to when nobody chose one: then a face made
// for small text is better, where there is one.
QFont windowFont() {
    QFont font = QApplication::font();
    if (QFontInfo(font).family().startsWith(QLatin1String("DejaVu"))) {
        const QStringList installed = QFontDatabase::families();
        const QStringList preferred{QStringLiteral("Noto Sans"), QStringLiteral("Inter"), QStringLiteral("Cantarell")};
        const auto found = std::ranges::find_if(preferred, [&](const QString& f) { return installed.contains(f); });
        if (found != preferred.end())
            font.setFamilies({*found});
    }
    font.setPixelSize(kTextPx);
    return font;
}

} // namespace

void applyTheme(QApplication& app, ThemeMode mode) {
    registerResources();
    const bool dark = mode == ThemeMode::Dark || (mode == ThemeMode::Desktop && desktopPrefersDark());
    const Colours& colours = dark ? kDark : kLight;
    app.setProperty(kModeProperty, static_cast<int>(mode));
    app.setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    QApplication::setPalette(paletteOf(colours));
    QApplication::setFont(windowFont());
    app.setStyleSheet(styleSheetOf(colours));
}

ThemeMode themeMode() {
    return static_cast<ThemeMode>(qApp->property(kModeProperty).toInt());
}

const Colours& coloursOf(const QPalette& palette) {
    return palette.color(QPalette::Active, QPalette::Window).lightness() < 128 ? kDark : kLight;
}

QColor stageColour(std::string_view stage) {
    const StageLook* look = lookOf(stage);
    return look ? QColor(QLatin1String(look->colour)) : kDark.muted;
}

QColor seriesColour(const QPalette& palette, std::size_t index) {
    const auto& colours = coloursOf(palette).dark ? kDarkSeries : kLightSeries;
    return QLatin1String(colours[index % colours.size()]);
}

QString stageTitle(std::string_view stage) {
    const StageLook* look = lookOf(stage);
    return look ? QCoreApplication::translate("stage", look->title)
                : QString::fromUtf8(stage.data(), static_cast<qsizetype>(stage.size()));
}

QString stageHelp(std::string_view stage) {
    const StageLook* look = lookOf(stage);
    return look ? QCoreApplication::translate("stage", look->help) : QString();
}

QString toText(ThemeMode mode) {
    switch (mode) {
    case ThemeMode::Light:
        return QStringLiteral("light");
    case ThemeMode::Dark:
        return QStringLiteral("dark");
    case ThemeMode::Desktop:
        break;
    }
    return QStringLiteral("desktop");
}

std::optional<ThemeMode> themeModeOf(const QString& text) {
    for (const ThemeMode mode : {ThemeMode::Desktop, ThemeMode::Light, ThemeMode::Dark})
        if (toText(mode) == text)
            return mode;
    return std::nullopt;
}

} // namespace prunescope::ui
