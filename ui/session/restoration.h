#pragma once

#include "core/blocks/pixel_blocks.h"
#include "ui/session/picture_levels.h"
#include "ui/session/shown_mask.h"

namespace prunescope::ui {

/// Picture that is wanted of a decoder's restoration from the kept blocks.
enum class RestoredView {
    None,
    Picture, ///< the restored one
    Error,   ///< how far each block of it is from the true one, as colours
};

/// Picture that a decoder restores from the kept blocks alone, and its distance from the true one.
struct Restoration {
    RestoredView view = RestoredView::None;
    PictureLevels picture;
    PixelBox place;          ///< the part of the original picture that it covers
    MethodSettings settings; ///< those of the mask
    double worst = 0;        ///< largest error of a block, 0 to 1 in the metric of the settings
    bool bounded = false;    ///< the error is at most `limit` by construction; else it is just that of this picture
    double limit = 0;        ///< tau, or what a token budget came to
    /// The error that the brightest colour stands for.
    double fullScale() const { return bounded ? limit : worst; }
};

/// The picture that `mask` lies on: `blocks`, or a smaller one that is made of `picture` as the engine makes it.
PixelBlocks shownBlocks(const Picture& picture, const PixelBlocks& blocks, const ShownMask& mask);

/// Restores a picture from `mask` on `blocks`, which are what the model would see of `picture` without pruning. `view`
/// is not None. Any thread.
Restoration restorationOf(const Picture& picture, const PixelBlocks& blocks, const ShownMask& mask, RestoredView view);

} // namespace prunescope::ui
