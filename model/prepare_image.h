#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/mask/mask_report.h"
#include "model/request.h"

namespace prunescope::model {

/// A picture as the model sees it, with its mask: Screenshot -> PixelBlocks -> KeepMask.
struct PreparedImage {
    PixelBlocks blocks;
    MaskReport report;
    PixelRect shown; ///< the part of the original that was taken
};

/// Crops, resizes and selects. `draws`: one for all pictures of a prompt, in order. Throws Error(BadInput) or
/// Error(Usage).
PreparedImage prepareImage(const ImageInput& image, const PrunePlan& plan, PixelLimits limits, bool resize,
                           Draws& draws);

} // namespace prunescope::model
