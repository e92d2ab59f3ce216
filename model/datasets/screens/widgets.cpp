#include "model/datasets/screens/widgets.h"

#include <algorithm>

namespace prunescope::model {

namespace {

void drawEntryFrame(Sheet& sheet, PixelRect box) {
    const Theme& theme = sheet.theme();
    switch (theme.entryStyle) {
    case EntryStyle::Framed:
        sheet.canvas().fill(box, theme.entry);
        sheet.canvas().frame(box, theme.border);
        break;
    case EntryStyle::Filled:
        sheet.canvas().fillRounded(box, theme.cornerPx, mix(theme.panel, theme.text, 6));
        break;
    case EntryStyle::Underlined:
        sheet.canvas().fill(box, theme.entry);
        sheet.canvas().fill({box.x, box.bottom() - 2, box.width, 2}, theme.border);
        break;
    }
}

/// The arrow of an entry that opens a list.
void drawArrow(Sheet& sheet, PixelRect entry) {
    const int half = sheet.px() / 4, x = entry.right() - 3 * half, y = entry.y + (entry.height - half) / 2;
    for (int row = 0; row <= half; ++row)
        sheet.canvas().fill({x - half + row, y + row, 2 * (half - row) + 1, 1}, sheet.theme().quiet);
}

/// Height of a check box's square or switch.
int squarePx(const Sheet& sheet) {
    return sheet.px() - sheet.px() / 8;
}

int squareGap(const Sheet& sheet) {
    return sheet.px() / 2;
}

int squareWidth(const Sheet& sheet) {
    return sheet.theme().switches ? squarePx(sheet) * 2 : squarePx(sheet);
}

/// A knob, to the right where it is on.
void drawSwitch(Sheet& sheet, PixelRect box, bool on) {
    const Theme& theme = sheet.theme();
    const int side = box.height - 4;
    sheet.canvas().fillRounded(box, box.height / 2, on ? theme.accent : theme.border);
    sheet.canvas().fillRounded({on ? box.right() - side - 2 : box.x + 2, box.y + 2, side, side}, side / 2,
                               on ? theme.onAccent : theme.background);
}

void drawSquare(Sheet& sheet, PixelRect square, bool checked) {
    const Theme& theme = sheet.theme();
    const bool filled = theme.buttonStyle != ButtonStyle::Framed;
    sheet.canvas().fill(square, checked && filled ? theme.accent : theme.entry);
    sheet.canvas().frame(square, checked && filled ? theme.accent : theme.border, sheet.px() >= 20 ? 2 : 1);
    if (checked)
        sheet.canvas().tick(square, filled ? theme.onAccent : theme.text);
}

} // namespace

std::string shownLabel(const Sheet& sheet, const std::string& label) {
    return sheet.theme().colons ? label + ":" : label;
}

void drawField(Sheet& sheet, const std::string& label, const std::string& value, FieldPlace place) {
    const Theme& theme = sheet.theme();
    const std::string shown = shownLabel(sheet, label);
    const PixelRect box = place.entryBox;
    const PixelRect labelInk = sheet.inkOf(shown, place.labelX, place.labelTop, sheet.rowPx(), sheet.font());
    if (label.empty() || value.empty() || !sheet.isFree(box) || !sheet.isFree(labelInk))
        return;
    drawEntryFrame(sheet, box);
    if (place.arrow)
        drawArrow(sheet, box);
    sheet.write(shown, place.labelX, place.labelTop, sheet.rowPx(), {sheet.font(), theme.text}, {box, {}, {}, {}});
    sheet.write(value, box.x + sheet.px() / 2, box.y, box.height, {sheet.font(), theme.text}, {box, label, {}, {}});
    sheet.add({ElementKind::Field, label, box, value, {}, {}, {}});
}

void drawPlainField(Sheet& sheet, const std::string& label, const std::string& value, int labelX, int valueX, int top) {
    const Theme& theme = sheet.theme();
    const std::string shown = shownLabel(sheet, label);
    const int row = sheet.rowPx();
    if (label.empty() || value.empty())
        return;
    const PixelRect box = sheet.inkOf(value, valueX, top, row, sheet.font());
    if (!sheet.isFree(box) || !sheet.isFree(sheet.inkOf(shown, labelX, top, row, sheet.font())))
        return;
    sheet.write(shown, labelX, top, row, {sheet.font(), theme.quiet}, {box, {}, {}, {}});
    sheet.write(value, valueX, top, row, {sheet.font(), theme.text}, {box, label, {}, {}});
    sheet.add({ElementKind::Field, label, box, value, {}, {}, {}});
}

PixelRect buttonBox(const Sheet& sheet, const std::string& text, int x, int top) {
    return {x, top, sheet.font().widthOf(text) + 2 * sheet.px(), sheet.rowPx() + sheet.px() / 4};
}

void drawButton(Sheet& sheet, const std::string& text, PixelRect box, bool primary) {
    const Theme& theme = sheet.theme();
    if (text.empty() || !sheet.isFree(box))
        return;
    const Color face = primary ? theme.accent : mix(theme.panel, theme.text, 8);
    if (theme.buttonStyle == ButtonStyle::Rounded)
        sheet.canvas().fillRounded(box, theme.cornerPx, face);
    else
        sheet.canvas().fill(box, face);
    if (theme.buttonStyle == ButtonStyle::Framed)
        sheet.canvas().frame(box, primary ? theme.accent : theme.border);
    const int x = box.x + (box.width - sheet.font().widthOf(text)) / 2;
    sheet.write(text, x, box.y, box.height, {sheet.font(), primary ? theme.onAccent : theme.text}, {box, {}, {}, {}});
    sheet.add({ElementKind::Button, text, box, {}, {}, {}, {}});
}

PixelRect checkBoxBox(const Sheet& sheet, const std::string& text, int x, int top) {
    return {x, top, squareWidth(sheet) + squareGap(sheet) + sheet.font().widthOf(text) + 2, sheet.rowPx()};
}

void drawCheckBox(Sheet& sheet, const std::string& text, PixelRect box, bool checked) {
    if (text.empty() || !sheet.isFree(box))
        return;
    const int side = squarePx(sheet), width = squareWidth(sheet);
    const PixelRect mark{box.x, box.y + (box.height - side) / 2, width, side};
    if (sheet.theme().switches)
        drawSwitch(sheet, mark, checked);
    else
        drawSquare(sheet, mark, checked);
    const int x = box.x + width + squareGap(sheet);
    sheet.write(text, x, box.y, box.height, {sheet.font(), sheet.theme().text}, {box, {}, {}, checked});
    sheet.add({ElementKind::CheckBox, text, box, {}, {}, {}, checked});
}

} // namespace prunescope::model
