#include "model/datasets/screens/forms.h"

#include "model/datasets/screens/widgets.h"

#include <algorithm>

namespace prunescope::model {

namespace {

struct Entry {
    std::string label;
    std::string value;
};

struct UsualField {
    std::string_view label;
    ValueKind kind;
};
constexpr UsualField kUsualFields[] = {{"user name", ValueKind::Person}, {"name", ValueKind::Person},
                                       {"city", ValueKind::City},        {"date", ValueKind::Date},
                                       {"time", ValueKind::Time},        {"price", ValueKind::Amount},
                                       {"total", ValueKind::Amount},     {"quantity", ValueKind::Integer},
                                       {"product", ValueKind::Product},  {"order number", ValueKind::Integer},
                                       {"start date", ValueKind::Date},  {"account name", ValueKind::Person},
                                       {"tax", ValueKind::Percent},      {"size", ValueKind::Integer},
                                       {"balance", ValueKind::Amount}};

/// Some fields are the usual ones, most are of any words; a reader must not guess.
Entry anyEntry(Sheet& sheet, int labelPx, int valuePx) {
    TextSource& texts = sheet.texts();
    const Room labelRoom{sheet.font(), labelPx}, valueRoom{sheet.font(), valuePx};
    if (sheet.random().chance(0.25)) {
        const UsualField& usual = sheet.random().pick(kUsualFields);
        std::string label = texts.labelLike(usual.label, labelRoom);
        return {std::move(label), texts.value(usual.kind, valueRoom)};
    }
    std::string label = texts.label(labelRoom);
    const ValueKind kind = texts.valueKind();
    return {std::move(label), texts.value(kind, valueRoom)};
}

std::vector<Entry> entries(Sheet& sheet, int count, int labelPx, int valuePx) {
    std::vector<Entry> all;
    for (int i = 0; i < count; ++i)
        all.push_back(anyEntry(sheet, labelPx, valuePx));
    return all;
}

int shownWidth(const Sheet& sheet, const Entry& entry) {
    return sheet.font().widthOf(shownLabel(sheet, entry.label));
}

int widest(const Sheet& sheet, const std::vector<Entry>& all) {
    int width = 0;
    for (const Entry& entry : all)
        width = std::max(width, shownWidth(sheet, entry));
    return width;
}

/// Labels left of their entries, these in one column.
int drawFormBeside(Sheet& sheet, PixelRect area) {
    const int px = sheet.px(), row = sheet.rowPx(), step = row + sheet.random().between(px / 3, px);
    const int count = sheet.rowsIn(area, step, 1, 5), labelPx = area.width * 2 / 5;
    const int entryPx = std::min(area.width - labelPx - 2 * px, sheet.random().between(9, 20) * px);
    const auto all = entries(sheet, count, labelPx, entryPx - 2 * px);
    const int entryX = area.x + widest(sheet, all) + px;
    int y = area.y;
    for (const Entry& entry : all) {
        const bool arrow = sheet.random().chance(0.15);
        drawField(sheet, entry.label, entry.value, {area.x, y, {entryX, y, entryPx, row}, arrow});
        y += step;
    }
    return y - area.y;
}

/// Labels above their entries.
int drawFormAbove(Sheet& sheet, PixelRect area) {
    const int px = sheet.px(), row = sheet.rowPx(), step = 2 * row + px / 2;
    const int entryPx = std::min(area.width, sheet.random().between(9, 20) * px);
    const int count = sheet.rowsIn(area, step, 1, 3);
    int y = area.y;
    for (const Entry& entry : entries(sheet, count, entryPx - px, entryPx - 2 * px)) {
        const bool arrow = sheet.random().chance(0.15);
        drawField(sheet, entry.label, entry.value, {area.x, y, {area.x, y + row, entryPx, row}, arrow});
        y += step;
    }
    return y - area.y;
}

} // namespace

int drawForm(Sheet& sheet, PixelRect area) {
    if (area.width < 9 * sheet.px())
        return 0;
    return sheet.random().chance(0.7) && area.width >= 12 * sheet.px() ? drawFormBeside(sheet, area)
                                                                       : drawFormAbove(sheet, area);
}

int drawKeyValues(Sheet& sheet, PixelRect area) {
    const int px = sheet.px(), row = sheet.rowPx();
    if (area.width < 10 * px)
        return 0;
    const int count = sheet.rowsIn(area, row, 1, 5);
    const auto all = entries(sheet, count, area.width / 2 - px, area.width / 2 - px);
    const bool aligned = sheet.random().chance(0.6);
    int y = area.y;
    for (const Entry& entry : all) {
        const int valueX = area.x + (aligned ? widest(sheet, all) : shownWidth(sheet, entry)) + px;
        drawPlainField(sheet, entry.label, entry.value, area.x, valueX, y);
        y += row;
    }
    return y - area.y;
}

int drawPrices(Sheet& sheet, PixelRect area) {
    const int px = sheet.px(), row = sheet.rowPx(), count = sheet.rowsIn(area, row, 2, 9);
    if (area.width < 10 * px)
        return 0;
    for (int i = 0; i < count; ++i) {
        const std::string price = sheet.texts().value(ValueKind::Amount, {sheet.font(), 5 * px});
        const std::string name = sheet.texts().name(ValueKind::Product, {sheet.font(), area.width - 7 * px});
        const int x = area.right() - sheet.font().widthOf(price);
        drawPlainField(sheet, name, price, area.x, x, area.y + i * row);
    }
    return count * row;
}

} // namespace prunescope::model
