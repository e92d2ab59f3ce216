#include "model/datasets/screens/content.h"

#include "model/datasets/screens/blocks.h"
#include "model/datasets/screens/forms.h"
#include "model/datasets/screens/ornaments.h"
#include "model/datasets/screens/table.h"

namespace prunescope::model {

namespace {

int drawAnyBlock(Sheet& sheet, PixelRect area) {
    const int kind = sheet.random().below(100);
    if (kind < 30)
        return drawForm(sheet, area);
    if (kind < 48)
        return drawCheckBoxes(sheet, area);
    if (kind < 64)
        return drawButtons(sheet, area);
    if (kind < 78)
        return drawTable(sheet, area);
    if (kind < 84)
        return drawLines(sheet, area);
    if (kind < 89)
        return drawHeading(sheet, area);
    if (kind < 94)
        return drawList(sheet, area);
    return kind < 97 ? drawPicture(sheet, area) : drawProgress(sheet, area);
}

/// One block below the other until there is no room, or no more to show.
void drawStack(Sheet& sheet, PixelRect area) {
    int misses = 0;
    while (area.height >= sheet.rowPx() && misses < 6) {
        const int used = drawAnyBlock(sheet, area);
        misses += used == 0;
        if (used > 0)
            takeTop(area, used + sheet.random().between(sheet.px() / 3, sheet.px() * 3 / 2));
        if (area.height > 20 * sheet.px() && sheet.random().chance(0.08))
            return;
    }
}

} // namespace

void drawContent(Sheet& sheet, PixelRect area) {
    const int px = sheet.px(), gap = px;
    Xoshiro256& random = sheet.random();
    if (area.width < 36 * px || random.chance(0.15))
        return drawStack(sheet, area);
    PixelRect left = takeLeft(area, area.width * random.between(35, 65) / 100);
    if (random.chance(0.4))
        sheet.canvas().fill({area.x, area.y, 1, area.height}, sheet.theme().rule);
    left.width -= gap;
    takeLeft(area, gap);
    if (!random.chance(0.06))
        drawContent(sheet, left);
    if (!random.chance(0.12))
        drawContent(sheet, area);
}

} // namespace prunescope::model
