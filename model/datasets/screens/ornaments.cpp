#include "model/datasets/screens/ornaments.h"

#include <algorithm>

namespace prunescope::model {

int drawPicture(Sheet& sheet, PixelRect area) {
    const int px = sheet.px(), width = std::min(area.width, sheet.random().between(5, 16) * px);
    const int height = std::min(area.height, sheet.random().between(3, 9) * px);
    const PixelRect box{area.x, area.y, width, height};
    if (width < 4 * px || height < 3 * px || !sheet.isFree(box))
        return 0;
    const Color sky = mix(sheet.theme().accent, sheet.theme().background, sheet.random().between(20, 80));
    for (int y = 0; y < height; ++y)
        sheet.canvas().fill({box.x, box.y + y, width, 1}, mix(sky, sheet.theme().text, 25 * y / height));
    for (int x = 0, hill = height / 3; x < width; ++x) {
        hill = std::clamp(hill + sheet.random().between(-1, 1), height / 8, height * 2 / 3);
        sheet.canvas().fill({box.x + x, box.bottom() - hill, 1, hill},
                            mix(sheet.theme().accent, sheet.theme().text, 30));
    }
    return height;
}

int drawProgress(Sheet& sheet, PixelRect area) {
    const int px = sheet.px(), width = std::min(area.width, sheet.random().between(6, 20) * px), height = px / 2;
    const PixelRect box{area.x, area.y + px / 4, width, height};
    if (area.height < px || !sheet.isFree(box))
        return 0;
    sheet.canvas().fillRounded(box, height / 2, sheet.theme().rule);
    sheet.canvas().fillRounded({box.x, box.y, width * sheet.random().between(10, 95) / 100, height}, height / 2,
                               sheet.theme().accent);
    return px;
}

} // namespace prunescope::model
