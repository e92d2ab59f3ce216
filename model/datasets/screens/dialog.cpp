#include "model/datasets/screens/dialog.h"

#include "model/datasets/screens/blocks.h"
#include "model/datasets/screens/forms.h"
#include "model/datasets/screens/widgets.h"
#include "model/datasets/screens/window_bars.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// One to three buttons, to the right.
void drawDialogButtons(Sheet& sheet, PixelRect row) {
    static constexpr std::string_view kAnswers[] = {"cancel", "apply", "close", "save", "back", "next"};
    const int count = sheet.random().between(1, 3);
    int right = row.right();
    for (int i = 0; i < count; ++i) {
        const int room = std::min(right - row.x - 2 * sheet.px(), 7 * sheet.px());
        const std::string_view wish = sheet.random().pick(kAnswers);
        const std::string text = sheet.texts().labelLike(wish, {sheet.font(), room});
        if (text.empty())
            return;
        PixelRect box = buttonBox(sheet, text, 0, row.y);
        box.x = right - box.width;
        drawButton(sheet, text, box, i == 0);
        right = box.x - sheet.px() / 2;
    }
}

} // namespace

PixelRect planDialog(Sheet& sheet, PixelRect window) {
    Xoshiro256& random = sheet.random();
    const int px = sheet.px(), width = random.between(15, 28) * px, height = random.between(8, 15) * px;
    if (!random.chance(0.16) || width > window.width - 4 * px || height > window.height - 4 * px)
        return {};
    const int x = window.x + (window.width - width) * random.between(35, 65) / 100;
    return {x, window.y + (window.height - height) * random.between(40, 70) / 100, width, height};
}

void drawDialog(Sheet& sheet, PixelRect box) {
    sheet.canvas().fill(box, sheet.theme().background);
    PixelRect area = box;
    drawTitleBar(sheet, area, ElementKind::Dialog);
    area = inset(area, sheet.px() * 2 / 3);
    const PixelRect buttons = takeBottom(area, buttonBox(sheet, "", 0, 0).height);
    takeBottom(area, sheet.px() / 2);
    takeTop(area, drawLines(sheet, area));
    takeTop(area, sheet.px() / 2);
    if (sheet.random().chance(0.6))
        takeTop(area, sheet.random().chance(0.6) ? drawForm(sheet, area) : drawCheckBoxes(sheet, area));
    drawDialogButtons(sheet, buttons);
    sheet.canvas().frame(box, sheet.theme().border, sheet.px() >= 18 ? 2 : 1);
}

} // namespace prunescope::model
