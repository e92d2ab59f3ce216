#include "model/datasets/screens/blocks.h"

#include "model/datasets/screens/widgets.h"

#include <algorithm>

namespace prunescope::model {

namespace {

std::string anyButtonText(Sheet& sheet, int widthPx) {
    static constexpr std::string_view kUsual[] = {"save",   "open", "cancel", "search", "add",   "delete", "print",
                                                  "export", "send", "apply",  "reset",  "close", "share",  "new"};
    const Room room{sheet.font(), widthPx};
    return sheet.random().chance(0.3) ? sheet.texts().labelLike(sheet.random().pick(kUsual), room)
                                      : sheet.texts().label(room);
}

} // namespace

int drawCheckBoxes(Sheet& sheet, PixelRect area) {
    const int px = sheet.px(), step = sheet.rowPx() + sheet.random().between(0, px / 2);
    const int count = sheet.rowsIn(area, step, 1, 4);
    int y = area.y;
    for (int i = 0; i < count; ++i) {
        const std::string name = sheet.texts().label({sheet.font(), area.width - 3 * px});
        const bool checked = sheet.random().chance(0.5);
        drawCheckBox(sheet, name, checkBoxBox(sheet, name, area.x, y), checked);
        y += step;
    }
    return y - area.y;
}

int drawButtons(Sheet& sheet, PixelRect area) {
    const int height = buttonBox(sheet, "", 0, 0).height;
    if (area.height < height)
        return 0;
    const int count = sheet.random().between(1, 4), gap = sheet.random().between(sheet.px() / 2, sheet.px() * 3 / 2);
    const int primary = sheet.random().between(0, 2 * count); // none, more often than not
    int x = area.x;
    for (int i = 0; i < count && area.right() - x > 4 * sheet.px(); ++i) {
        const std::string text = anyButtonText(sheet, area.right() - x - 2 * sheet.px());
        if (text.empty())
            break;
        const PixelRect box = buttonBox(sheet, text, x, area.y);
        drawButton(sheet, text, box, i == primary);
        x = box.right() + gap;
    }
    return x > area.x ? height + sheet.px() / 3 : 0;
}

int drawLines(Sheet& sheet, PixelRect area) {
    const int row = sheet.rowPx(), count = sheet.rowsIn(area, row, 1, 3);
    const int width = std::min(area.width, sheet.px() * 22);
    const Color color = sheet.random().chance(0.5) ? sheet.theme().text : sheet.theme().quiet;
    for (int i = 0; i < count; ++i)
        sheet.writeElement(ElementKind::Line, sheet.texts().sentence({sheet.font(), width}), area.x, area.y + i * row,
                           row, {sheet.font(), color});
    return count * row;
}

int drawHeading(Sheet& sheet, PixelRect area) {
    const int row = sheet.rowPx() + sheet.px() / 3;
    if (area.height < 3 * row)
        return 0;
    const Color color = sheet.random().chance(0.5) ? sheet.theme().text : sheet.theme().accentText;
    const std::string text = sheet.texts().label({sheet.font(), area.width});
    sheet.writeElement(ElementKind::Line, text, area.x, area.y, row, {sheet.font(), color});
    if (sheet.random().chance(0.5))
        sheet.canvas().fill({area.x, area.y + row - 1, area.width, 1}, sheet.theme().rule);
    return row + sheet.px() / 4;
}

int drawList(Sheet& sheet, PixelRect area) {
    const int px = sheet.px(), row = sheet.rowPx() + sheet.random().between(0, px / 2);
    const int count = sheet.rowsIn(inset(area, 2), row, 2, 7);
    const int width = std::min(area.width, sheet.random().between(9, 18) * px);
    if (count < 2 || width < 6 * px)
        return 0;
    const PixelRect box{area.x, area.y, width, count * row + 2};
    const int selected = sheet.random().below(2 * count);
    sheet.canvas().fill(box, sheet.theme().entry);
    if (selected < count)
        sheet.canvas().fill({box.x + 1, box.y + 1 + selected * row, box.width - 2, row}, sheet.theme().selected);
    sheet.canvas().frame(box, sheet.theme().rule);
    for (int i = 0; i < count; ++i) {
        const std::string text = sheet.texts().label({sheet.font(), width - px});
        sheet.writeElement(ElementKind::Line, text, box.x + px / 2, box.y + 1 + i * row, row,
                           {sheet.font(), sheet.theme().text});
    }
    return box.height;
}

} // namespace prunescope::model
