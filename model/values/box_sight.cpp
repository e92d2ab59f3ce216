#include "model/values/box_sight.h"

#include "core/pruning/pixel_options.h"
#include "core/pruning/prune_plan.h"
#include "core/resize/coordinate_map.h"

#include <algorithm>

namespace prunescope::model {

namespace {

PixelBox boxOf(const Region& region) {
    const std::vector<double>& px = region.px;
    return px.size() >= 4 ? PixelBox{px[0], px[1], px[2], px[3]} : PixelBox{px.at(0), px.at(1), px.at(0), px.at(1)};
}

/// Edges that touch share nothing; a point or a line shares what it lies in.
bool meets(const PixelBox& block, const PixelBox& place) {
    const auto meet = [](double low, double high, double from, double to) {
        return from < to ? low < to && from < high : low <= from && from < high;
    };
    return meet(block.left, block.right, place.left, place.right) &&
           meet(block.top, block.bottom, place.top, place.bottom);
}

bool dropsBeforeTheEncoder(const MaskReport& report, const std::string& plan) {
    return report.settings.entry().drops() && parsePlan(plan).pixelStage().place == Place::Input;
}

bool restoresAll(const MaskReport& report) {
    const PatchGeometry& geometry = report.mask.grid().geometry;
    return report.settings.entry().decode && (report.fit ? report.fit->isBounded() && report.fit->bound == 0
                                                         : similarityOf(report.settings, geometry).bound == 0);
}

} // namespace

BoxSight sightOf(const Answer& answer, const Region& region, PixelRect shown) {
    BoxSight sight;
    const auto index = static_cast<std::size_t>(region.picture);
    if (region.picture < 0 || index >= answer.images.size() || region.px.size() < 2 || shown.empty())
        return sight;
    const MaskReport& report = answer.images[index];
    if (!dropsBeforeTheEncoder(report, answer.plan))
        return sight;
    const CoordinateMap map(shown, report.mask.grid(), report.views);
    const PixelBox place = boxOf(region);
    for (int block = 0; block < report.mask.count(); ++block) {
        const PixelBox box = map.boxOfBlock(block);
        const PixelPoint middle{(box.left + box.right) / 2, (box.top + box.bottom) / 2};
        if (!meets(box, place) || map.blockAt(middle) != block) // a small picture of all of it beside tiles
            continue;
        ++sight.blocks;
        sight.dropped += !report.mask.kept(block);
    }
    sight.isLossless = restoresAll(report);
    return sight;
}

} // namespace prunescope::model
