#include "ui/session/picture_changes.h"

#include "core/report/changes.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace prunescope::ui {

namespace {

// Outwards to whole pixels: what changed is inside.
PixelRect onOriginal(PixelRect rect, Size resized, PixelRect area) {
    const double x = static_cast<double>(area.width) / resized.width;
    const double y = static_cast<double>(area.height) / resized.height;
    const int left = static_cast<int>(std::floor(rect.x * x)), top = static_cast<int>(std::floor(rect.y * y));
    const int right = static_cast<int>(std::ceil(rect.right() * x));
    const int bottom = static_cast<int>(std::ceil(rect.bottom() * y));
    const PixelRect inside = clipped({left, top, right - left, bottom - top}, {area.width, area.height});
    return {inside.x + area.x, inside.y + area.y, inside.width, inside.height};
}

} // namespace

PictureChanges pictureChanges(const Picture& before, const PixelBlocks& now, PixelRect area, PixelLimits limits) {
    const bool whole = Size{area.width, area.height} == before.size();
    const PixelBlocks then(resizeForModel(whole ? before : before.cropped(area), limits), limits.geometry);
    const Changes changes = changesSince(then, now);
    PictureChanges result{changes.blocks.keptCount(), {}};
    for (const PixelRect& rect : changes.areas)
        result.areasPx.push_back(onOriginal(rect, now.picture().size(), area));
    return result;
}

nlohmann::json toJson(const PictureChanges& changes) {
    nlohmann::json areas = nlohmann::json::array();
    for (const PixelRect& area : changes.areasPx)
        areas.push_back({area.x, area.y, area.width, area.height});
    return {{"blocks", changes.blocks}, {"areas_px", std::move(areas)}};
}

} // namespace prunescope::ui
