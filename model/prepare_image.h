#pragma once

#include "core/mask/mask_report.h"
#include "model/request.h"
#include "model/vision_picture.h"

#include <vector>

namespace prunescope::model {

/// What decides the pixels that a model sees.
struct ImageSource {
    Picture picture; ///< the original
    PixelRect shown; ///< the part of it that was taken
    BlockGrid grid;  ///< what it was resized to
    /// Compares pixels, at once where both are the same in memory.
    bool operator==(const ImageSource& other) const;
};

/// A picture as the model sees it, with its mask: Screenshot -> PixelBlocks -> KeepMask.
struct PreparedImage {
    VisionPicture picture;
    MaskReport report;
    ImageSource source;
    int fullBlocks = 0; ///< without pruning; more than `picture` has where the method shows a smaller picture
};

std::vector<KeepMask> masksOf(const std::vector<PreparedImage>& images);

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
