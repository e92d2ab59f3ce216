#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/resize/resize.h"

#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace prunescope::ui {

/// Changes of the shown part of a picture since the picture before.
struct PictureChanges {
    int blocks = 0; ///< that differ
    std::vector<PixelRect>
        areasPx; ///< around those that touch, in whole pixels of the original picture; of tiles, in each
    bool none() const { return blocks == 0; }
};

/// Compares `area` of two pictures: `before` is the picture before, of the same size; `now` is what the model sees of
/// the area under `limits`. Any thread.
PictureChanges pictureChanges(const Picture& before, const PixelBlocks& now, PixelRect area, const PixelLimits& limits);

/// `{blocks, areas_px: [[x, y, width, height], ...]}`
nlohmann::json toJson(const PictureChanges& changes);

} // namespace prunescope::ui
