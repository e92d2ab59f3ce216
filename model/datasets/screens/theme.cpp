#include "model/datasets/screens/theme.h"

#include <algorithm>

namespace prunescope::model {

namespace {

constexpr Color kAccents[] = {{0, 103, 192},  {38, 128, 235}, {0, 120, 110},   {16, 124, 16}, {120, 80, 190},
                              {190, 40, 60},  {200, 90, 10},  {70, 90, 120},   {90, 110, 40}, {150, 30, 110},
                              {230, 170, 40}, {60, 160, 220}, {100, 180, 120}, {40, 50, 70}};

std::uint8_t level(int value) {
    return static_cast<std::uint8_t>(std::clamp(value, 0, 255));
}

Color gray(int value, int tint) {
    return {level(value), level(value), level(value + tint)};
}

void drawHabits(Theme& theme, Xoshiro256& random) {
    theme.entryStyle = random.chance(0.65)  ? EntryStyle::Framed
                       : random.chance(0.6) ? EntryStyle::Filled
                                            : EntryStyle::Underlined;
    theme.buttonStyle = static_cast<ButtonStyle>(random.below(3));
    theme.tableStyle = static_cast<TableStyle>(random.below(3));
    theme.switches = random.chance(0.15);
    theme.cornerPx = random.between(2, 7);
    theme.colons = random.chance(0.4);
}

} // namespace

Color mix(Color a, Color b, int percentOfB) {
    const auto part = [&](int x, int y) { return level((x * (100 - percentOfB) + y * percentOfB + 50) / 100); };
    return {part(a.r, b.r), part(a.g, b.g), part(a.b, b.b)};
}

Color textOn(Color background) {
    const int brightness = (background.r * 30 + background.g * 59 + background.b * 11) / 100;
    return brightness > 145 ? Color{10, 10, 10} : Color{255, 255, 255};
}

Theme windowTheme(Xoshiro256& random, bool dark) {
    Theme theme;
    const int base = dark ? random.between(22, 58) : random.between(228, 255);
    theme.background = gray(base, random.below(9));
    theme.text = dark ? gray(random.between(215, 250), 0) : gray(random.between(0, 45), 0);
    theme.panel = mix(theme.background, theme.text, random.between(3, 9));
    theme.entry = dark ? mix(theme.background, {0, 0, 0}, 40) : Color{255, 255, 255};
    theme.border = mix(theme.background, theme.text, random.between(30, 60));
    theme.rule = mix(theme.background, theme.text, random.between(12, 22));
    theme.quiet = mix(theme.background, theme.text, random.between(70, 90));
    theme.accent = random.pick(kAccents);
    if (dark)
        theme.accent = mix(theme.accent, {255, 255, 255}, 25);
    theme.accentText = mix(theme.accent, theme.text, 30);
    theme.onAccent = textOn(theme.accent);
    theme.selected = mix(theme.background, theme.accent, random.between(20, 35));
    drawHabits(theme, random);
    return theme;
}

Theme paperTheme(Xoshiro256& random) {
    Theme theme;
    theme.background = random.chance(0.7) ? Color{255, 255, 255} : Color{level(random.between(246, 255)), 250, 245};
    const int ink = random.between(0, 50);
    theme.text = gray(ink, random.below(20));
    theme.panel = mix(theme.background, theme.text, random.between(5, 12));
    theme.entry = theme.background;
    theme.border = mix(theme.background, theme.text, random.between(30, 60));
    theme.rule = mix(theme.background, theme.text, random.between(15, 30));
    theme.quiet = mix(theme.background, theme.text, random.between(70, 90));
    theme.accent = random.pick(kAccents);
    theme.accentText = mix(theme.accent, theme.text, 30);
    theme.onAccent = textOn(theme.accent);
    theme.selected = theme.panel;
    drawHabits(theme, random);
    return theme;
}

} // namespace prunescope::model
