#pragma once

#include "core/mask/mask_report.h"
#include "model/request.h"
#include "model/vision_picture.h"

#include <vector>

namespace prunescope::model {

/// A picture as the model sees it, with its mask: Screenshot -> PixelBlocks -> KeepMask.
struct PreparedImage {
    VisionPicture picture;
    MaskReport report;
    PixelRect shown;    ///< the part of the original that was taken
    int fullBlocks = 0; ///< without pruning; more than `picture` has where the strategy shows a smaller picture
};

/// Prompt tokens without pruning, of a prompt with these pictures that has `promptTokens` before blocks are dropped.
int unprunedTokens(int promptTokens, const std::vector<PreparedImage>& images);

/// The part of a picture that the model is shown, and where it lies.
struct ShownPart {
    Picture picture;
    PixelRect rect;
};
ShownPart shownPart(const ImageInput& image);

/// Crops, resizes and selects. `draws`: one for all pictures of a prompt, in order. Throws Error(BadInput) or
/// Error(Usage).
PreparedImage prepareImage(const ImageInput& image, const PrunePlan& plan, PixelLimits limits, bool resize,
                           Draws& draws);

} // namespace prunescope::model
