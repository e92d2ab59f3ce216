#include "ui/session/restoration.h"

#include "core/report/error_map.h"
#include "core/resize/resize.h"

namespace prunescope::ui {

PixelBlocks shownBlocks(const Picture& picture, const PixelBlocks& blocks, const ShownMask& mask) {
    if (!mask.isSmaller())
        return blocks;
    const bool whole = Size{mask.area.width, mask.area.height} == picture.size();
    const BlockGrid& grid = mask.mask.grid();
    return PixelBlocks(resizeBicubic(whole ? picture : picture.cropped(mask.area), grid.size()), grid.geometry);
}

Restoration restorationOf(const Picture& picture, const PixelBlocks& blocks, const ShownMask& mask, RestoredView view) {
    const Reconstruction made =
        reconstructWithErrors(blocks, shownBlocks(picture, blocks, mask), {mask.mask, mask.fit}, mask.settings);
    Restoration result{view, {}, {}, mask.settings, made.errors.worst, made.bounded, made.limit};
    const Picture seen =
        view == RestoredView::Error ? paintErrors(blocks, made.errors, result.fullScale()) : made.picture;
    const auto [joined, place] = rejoined(seen, {mask.area.width, mask.area.height}, mask.views);
    result.place = {mask.area.x + place.left, mask.area.y + place.top, mask.area.x + place.right,
                    mask.area.y + place.bottom};
    result.picture = PictureLevels(joined);
    return result;
}

} // namespace prunescope::ui
