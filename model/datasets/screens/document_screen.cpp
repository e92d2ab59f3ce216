#include "model/datasets/screens/document_screen.h"

#include "model/datasets/screens/blocks.h"
#include "model/datasets/screens/forms.h"
#include "model/datasets/screens/ornaments.h"
#include "model/datasets/screens/table.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// The page on the picture, and on it where one writes.
PixelRect page(Sheet& sheet) {
    const Size size = sheet.size();
    Xoshiro256& random = sheet.random();
    PixelRect paper{0, 0, size.width, size.height};
    if (size.width > 60 * sheet.px()) { // as wide as a page is, on a desk
        const int width = std::min(size.width, random.between(45, 75) * sheet.px());
        sheet.canvas().fill(paper, mix(sheet.theme().background, sheet.theme().text, random.between(8, 30)));
        paper.x = (size.width - width) / 2;
        paper.width = width;
        sheet.canvas().fill(paper, sheet.theme().background);
    }
    const int margin = std::min(random.between(sheet.px() / 2, 3 * sheet.px()), paper.width / 12);
    return inset(paper, margin);
}

void drawTitle(Sheet& sheet, PixelRect& area, const std::string& text) {
    const int row = sheet.large().px + sheet.large().px / 2;
    const PixelRect line = takeTop(area, row);
    const int spare = line.width - sheet.large().widthOf(text);
    const int x = line.x + (sheet.random().chance(0.3) ? spare / 2 : 0);
    const Color color = sheet.random().chance(0.3) ? sheet.theme().accentText : sheet.theme().text;
    sheet.writeElement(ElementKind::Title, text, x, line.y, row, {sheet.large(), color});
    if (sheet.random().chance(0.3))
        sheet.canvas().fill({line.x, line.bottom() - 1, line.width, 1}, sheet.theme().rule);
    takeTop(area, sheet.px() / 2);
}

/// Lines as wide as the page.
int drawParagraph(Sheet& sheet, PixelRect area) {
    const int row = sheet.rowPx(), count = std::min(sheet.random().between(2, 5), area.height / row);
    for (int i = 0; i < count; ++i) {
        const int width = i + 1 < count ? area.width : area.width * 2 / 3;
        const int room = std::min(width, 40 * sheet.px());
        sheet.writeElement(ElementKind::Line, sheet.texts().sentence({sheet.font(), room}), area.x, area.y + i * row,
                           row, {sheet.font(), sheet.theme().text});
    }
    return count * row;
}

int drawAnyPart(Sheet& sheet, PixelRect area) {
    const int kind = sheet.random().below(100);
    if (kind < 35)
        return drawKeyValues(sheet, area);
    if (kind < 60)
        return drawParagraph(sheet, area);
    if (kind < 70)
        return drawHeading(sheet, area);
    return kind < 96 ? drawTable(sheet, area) : drawPicture(sheet, area);
}

void drawReport(Sheet& sheet, PixelRect area) {
    drawTitle(sheet, area, sheet.texts().label({sheet.large(), area.width}));
    for (int misses = 0; area.height >= sheet.rowPx() && misses < 6;) {
        const int used = drawAnyPart(sheet, area);
        misses += used == 0;
        if (used > 0)
            takeTop(area, used + sheet.random().between(sheet.px() / 3, sheet.px()));
        if (area.height > 20 * sheet.px() && sheet.random().chance(0.08))
            return;
    }
}

/// From whom to whom, what for, and the sums below at the right.
void drawInvoice(Sheet& sheet, PixelRect area) {
    drawTitle(sheet, area, sheet.texts().labelLike("invoice", {sheet.large(), area.width}));
    takeTop(area, drawKeyValues(sheet, area) + sheet.px() / 2);
    takeTop(area, drawItemTable(sheet, area) + sheet.px() / 2);
    takeLeft(area, area.width * sheet.random().between(0, 40) / 100);
    takeTop(area, drawKeyValues(sheet, area));
}

/// A narrow strip of goods and prices.
void drawReceipt(Sheet& sheet, PixelRect area) {
    const int width = std::min(area.width, sheet.random().between(14, 24) * sheet.px());
    takeLeft(area, (area.width - width) / 2);
    area.width = width;
    drawTitle(sheet, area, sheet.texts().label({sheet.large(), area.width}));
    takeTop(area, drawKeyValues(sheet, area) + sheet.px() / 2);
    sheet.canvas().fill({area.x, area.y, area.width, 1}, sheet.theme().rule);
    takeTop(area, drawPrices(sheet, area) + sheet.px() / 2);
    sheet.canvas().fill({area.x, area.y, area.width, 1}, sheet.theme().rule);
    takeTop(area, drawKeyValues(sheet, area));
}

} // namespace

void drawDocument(Sheet& sheet) {
    const PixelRect area = page(sheet);
    const int kind = sheet.random().below(100);
    if (kind < 20)
        drawInvoice(sheet, area);
    else if (kind < 35)
        drawReceipt(sheet, area);
    else
        drawReport(sheet, area);
}

} // namespace prunescope::model
