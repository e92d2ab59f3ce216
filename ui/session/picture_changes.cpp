#include "ui/session/picture_changes.h"

#include "core/report/changes.h"
#include "core/resize/picture_views.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace prunescope::ui {

namespace {

// Outwards to whole pixels: what changed is inside.
PixelRect outwards(PixelBox box, PixelRect area) {
    const int left = static_cast<int>(std::floor(box.left)), top = static_cast<int>(std::floor(box.top));
    const int right = static_cast<int>(std::ceil(box.right)), bottom = static_cast<int>(std::ceil(box.bottom));
    const PixelRect inside = clipped({left, top, right - left, bottom - top}, {area.width, area.height});
    return {inside.x + area.x, inside.y + area.y, inside.width, inside.height};
}

} // namespace

PictureChanges pictureChanges(const Picture& before, const PixelBlocks& now, PixelRect area,
                              const PixelLimits& limits) {
    const bool whole = Size{area.width, area.height} == before.size();
    const PixelBlocks then(resizeForModel(whole ? before : before.cropped(area), limits), limits.geometry);
    const Changes changes = changesSince(then, now);
    PictureChanges result{changes.blocks.keptCount(), {}};
    const std::vector<PictureView> views = pictureViews({area.width, area.height}, limits);
    for (const PixelRect& rect : changes.areas)
        for (const PixelBox& place : placesOf(rect, sharpestViews(views)))
            if (const PixelRect found = outwards(place, area); !found.empty()) // not in what is padded
                result.areasPx.push_back(found);
    return result;
}

nlohmann::json toJson(const PictureChanges& changes) {
    nlohmann::json areas = nlohmann::json::array();
    for (const PixelRect& area : changes.areasPx)
        areas.push_back({area.x, area.y, area.width, area.height});
    return {{"blocks", changes.blocks}, {"areas_px", std::move(areas)}};
}

} // namespace prunescope::ui
