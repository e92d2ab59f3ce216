#include "model/datasets/screens/window_screen.h"

#include "model/datasets/screens/content.h"
#include "model/datasets/screens/dialog.h"
#include "model/datasets/screens/window_bars.h"

namespace prunescope::model {

namespace {

/// Where the window is: nearly always the whole picture, on a large one sometimes on a plain desktop.
PixelRect windowArea(Sheet& sheet) {
    const Size size = sheet.size();
    const PixelRect whole{0, 0, size.width, size.height};
    Xoshiro256& random = sheet.random();
    if (size.width < 38 * sheet.px() || size.height < 22 * sheet.px() || random.chance(0.8))
        return whole;
    sheet.canvas().fill(whole, mix(sheet.theme().accent, sheet.theme().background, random.between(10, 60)));
    const int left = random.below(size.width / 6), top = random.below(size.height / 6);
    const int right = random.below(size.width / 6), bottom = random.below(size.height / 6);
    const PixelRect area{left, top, size.width - left - right, size.height - top - bottom};
    sheet.canvas().fill(area, sheet.theme().background);
    sheet.canvas().frame(area, sheet.theme().border);
    return inset(area, 1);
}

} // namespace

void drawWindow(Sheet& sheet) {
    const PixelRect window = windowArea(sheet);
    PixelRect area = window;
    const PixelRect dialog = planDialog(sheet, window);
    if (!dialog.empty())
        sheet.cover(inset(dialog, -sheet.px() / 4));
    drawBars(sheet, area);
    drawContent(sheet, inset(area, sheet.px() * 2 / 3));
    sheet.uncover();
    if (!dialog.empty())
        drawDialog(sheet, dialog);
}

} // namespace prunescope::model
