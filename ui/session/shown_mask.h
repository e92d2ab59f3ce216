#pragma once

#include "core/blocks/keep_mask.h"
#include "core/image/geometry.h"
#include "core/pruning/make_mask.h"
#include "core/resize/picture_views.h"

namespace prunescope::ui {

/// A mask with everything that is needed to show it.
struct ShownMask {
    KeepMask mask;           ///< on the resized picture; empty grid: there is none
    MethodSettings settings; ///< what it was made with
    PixelRect area;          ///< the part of the picture that it covers: all of it, or the region
    BlockGrid full;          ///< of the picture without pruning; the mask's own, unless a smaller picture is shown
    std::optional<BudgetFit> fit = std::nullopt; ///< where the mask was chosen under a token budget
    std::vector<PictureView> views = {};         ///< parts of `area` that blocks show; empty: all of it at once
    bool operator==(const ShownMask&) const = default;
    bool valid() const { return mask.count() > 0; }
    bool isSmaller() const { return mask.grid() != full; }
};

} // namespace prunescope::ui
