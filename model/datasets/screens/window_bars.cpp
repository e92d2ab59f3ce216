#include "model/datasets/screens/window_bars.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

/// The closing cross of a title bar and sometimes two more signs; gives the width they take.
int drawTitleSigns(Sheet& sheet, PixelRect bar, Color color) {
    const int side = sheet.px() / 2, step = side * 5 / 2, count = sheet.random().pick(std::array{0, 1, 3});
    const int y = bar.y + (bar.height - side) / 2;
    int x = bar.right();
    for (int i = 0; i < count; ++i) {
        x -= step;
        const PixelRect sign{x, y, side, side};
        if (i == 0)
            for (int k = 0; k < side; ++k) {
                sheet.canvas().fill({sign.x + k, sign.y + k, 1, 1}, color);
                sheet.canvas().fill({sign.x + side - 1 - k, sign.y + k, 1, 1}, color);
            }
        else if (i == 1)
            sheet.canvas().frame(sign, color);
        else
            sheet.canvas().fill({sign.x, sign.bottom() - 1, side, 1}, color);
    }
    return count * step;
}

/// The menus that nearly every program has, in their order, or any.
std::string menuText(Sheet& sheet, std::size_t index, bool usual, int widthPx) {
    static constexpr std::string_view kUsual[] = {"file", "edit", "view", "insert", "format", "tools", "help"};
    const Room room{sheet.font(), widthPx};
    return usual && index < std::size(kUsual) ? sheet.texts().labelLike(kUsual[index], room)
                                              : sheet.texts().label(room);
}

void drawMenuBar(Sheet& sheet, PixelRect& area) {
    const PixelRect bar = takeTop(area, sheet.rowPx() + sheet.px() / 4);
    const int gap = sheet.random().between(sheet.px() * 3 / 4, sheet.px() * 3 / 2),
              count = sheet.random().between(3, 7);
    const TextLook look{sheet.font(), sheet.theme().text};
    if (sheet.random().chance(0.5))
        sheet.canvas().fill(bar, sheet.theme().panel);
    const bool usual = sheet.random().chance(0.4);
    int x = bar.x + sheet.px() / 2;
    for (int i = 0; i < count; ++i) {
        const int room = std::min(bar.right() - x - 4, 7 * sheet.px());
        const std::string text = menuText(sheet, static_cast<std::size_t>(i), usual, room);
        if (text.empty())
            break;
        sheet.writeElement(ElementKind::Menu, text, x, bar.y, bar.height, look);
        x += sheet.font().widthOf(text) + gap;
    }
}

/// A small drawing without meaning.
void drawIcon(Sheet& sheet, PixelRect box) {
    const Color color = sheet.random().chance(0.5) ? sheet.theme().accent : sheet.theme().quiet;
    const int shape = sheet.random().below(4);
    if (shape == 0)
        sheet.canvas().fillRounded(box, box.width / 2, color);
    else if (shape == 1)
        sheet.canvas().frame(box, color, 2);
    else if (shape == 2)
        sheet.canvas().fillRounded(box, 2, color);
    else
        for (int y = 0; y + 1 < box.height; y += 4)
            sheet.canvas().fill({box.x, box.y + y, box.width, 2}, color);
}

void drawToolBar(Sheet& sheet, PixelRect& area) {
    const int px = sheet.px();
    const PixelRect bar = takeTop(area, sheet.rowPx() + px * 3 / 4);
    const bool icons = sheet.random().chance(0.6);
    const int iconPx = icons ? px * 3 / 4 : 0, lead = icons ? iconPx + px / 3 : 0, count = sheet.random().between(2, 7);
    sheet.canvas().fill(bar, sheet.theme().panel);
    sheet.canvas().fill({bar.x, bar.bottom() - 1, bar.width, 1}, sheet.theme().rule);
    int x = bar.x + px / 3;
    for (int i = 0; i < count; ++i) {
        const int room = bar.right() - x - lead - px - 2;
        const std::string text = sheet.texts().label({sheet.font(), std::min(room, 9 * px)});
        if (text.empty())
            break;
        const PixelRect box{x, bar.y + px / 4, lead + sheet.font().widthOf(text) + px, bar.height - px / 2};
        if (sheet.isFree(box)) {
            if (icons)
                drawIcon(sheet, {x + px / 2, bar.y + (bar.height - iconPx) / 2, iconPx, iconPx});
            sheet.write(text, x + px / 2 + lead, box.y, box.height, {sheet.font(), sheet.theme().text},
                        {box, {}, {}, {}});
            sheet.add({ElementKind::ToolButton, text, box, {}, {}, {}, {}});
        }
        x = box.right() + px / 4;
    }
}

void drawStatusLine(Sheet& sheet, PixelRect& area) {
    const PixelRect bar = takeBottom(area, sheet.rowPx());
    sheet.canvas().fill(bar, sheet.theme().panel);
    sheet.canvas().fill({bar.x, bar.y, bar.width, 1}, sheet.theme().rule);
    const TextLook look{sheet.font(), sheet.theme().quiet};
    const std::string text = sheet.texts().label({sheet.font(), bar.width / 2});
    sheet.writeElement(ElementKind::Line, text, bar.x + sheet.px() / 2, bar.y, bar.height, look);
}

void drawSidebar(Sheet& sheet, PixelRect& area) {
    const int px = sheet.px(), row = sheet.rowPx() + sheet.random().between(0, px / 2);
    const PixelRect bar = takeLeft(area, std::min(area.width / 3, sheet.random().between(8, 13) * px));
    const int most = (bar.height - px) / row, count = std::min(most, sheet.random().between(3, 12));
    const int selected = sheet.random().below(std::max(1, count));
    sheet.canvas().fill(bar, sheet.theme().panel);
    if (sheet.random().chance(0.5))
        sheet.canvas().fill({bar.right() - 1, bar.y, 1, bar.height}, sheet.theme().rule);
    for (int i = 0; i < count; ++i) {
        const PixelRect item{bar.x, bar.y + px / 2 + i * row, bar.width - 1, row};
        if (i == selected)
            sheet.canvas().fill(item, sheet.theme().selected);
        const std::string text = sheet.texts().label({sheet.font(), bar.width - px - 2});
        sheet.writeElement(ElementKind::SidebarItem, text, item.x + px / 2, item.y, item.height,
                           {sheet.font(), sheet.theme().text});
    }
}

void drawTab(Sheet& sheet, const std::string& text, PixelRect box, bool selected) {
    const Theme& theme = sheet.theme();
    if (!sheet.isFree(box))
        return;
    if (selected)
        sheet.canvas().fill({box.x, box.bottom() - 3, box.width, 3}, theme.accent);
    sheet.write(text, box.x + sheet.px() / 2, box.y, box.height, {sheet.font(), selected ? theme.text : theme.quiet},
                {box, {}, {}, {}});
    sheet.add({ElementKind::Tab, text, box, {}, {}, {}, {}});
}

void drawTabs(Sheet& sheet, PixelRect& area) {
    const PixelRect bar = takeTop(area, sheet.rowPx() + sheet.px() / 3);
    const int count = sheet.random().between(2, 5), selected = sheet.random().below(count);
    sheet.canvas().fill({bar.x, bar.bottom() - 1, bar.width, 1}, sheet.theme().rule);
    int x = bar.x + sheet.px() / 2;
    for (int i = 0; i < count; ++i) {
        const int room = std::min(bar.right() - x - sheet.px() - 2, 10 * sheet.px());
        const std::string text = sheet.texts().label({sheet.font(), room});
        if (text.empty())
            break;
        const PixelRect box{x, bar.y, sheet.font().widthOf(text) + sheet.px(), bar.height};
        drawTab(sheet, text, box, i == selected);
        x = box.right() + 2;
    }
}

} // namespace

void drawTitleBar(Sheet& sheet, PixelRect& area, ElementKind kind) {
    const PixelRect bar = takeTop(area, sheet.rowPx() + sheet.px() / 3);
    const bool coloured = sheet.random().chance(0.4), centred = sheet.random().chance(0.3);
    const Color color = coloured ? sheet.theme().onAccent : sheet.theme().text;
    sheet.canvas().fill(bar, coloured ? sheet.theme().accent : mix(sheet.theme().panel, sheet.theme().text, 4));
    const int room = bar.width - drawTitleSigns(sheet, bar, color) - sheet.px();
    const std::string text = sheet.texts().label({sheet.font(), room - sheet.px() / 2});
    const int start = centred ? (room - sheet.font().widthOf(text)) / 2 : sheet.px() / 2;
    sheet.writeElement(kind, text, bar.x + start, bar.y, bar.height, {sheet.font(), color});
}

void drawBars(Sheet& sheet, PixelRect& area) {
    Xoshiro256& random = sheet.random();
    const int px = sheet.px();
    const auto roomFor = [&](int rows) { return area.height > (rows + 4) * sheet.rowPx(); };
    if (random.chance(0.85))
        drawTitleBar(sheet, area, ElementKind::WindowTitle);
    if (random.chance(0.5) && roomFor(1))
        drawMenuBar(sheet, area);
    if (random.chance(0.3) && roomFor(2))
        drawToolBar(sheet, area);
    if (random.chance(0.3) && roomFor(2))
        drawStatusLine(sheet, area);
    if (random.chance(0.35) && area.width >= 24 * px && roomFor(0))
        drawSidebar(sheet, area);
    if (random.chance(0.3) && roomFor(2))
        drawTabs(sheet, area);
}

} // namespace prunescope::model
