#pragma once

#include "core/report/mask_report.h"
#include "core/resize/picture_views.h"
#include "model/images/vision_image.h"
#include "model/values/request.h"

#include <vector>

namespace prunescope::model {

/// Source of the pixels that a model sees: the picture, the part of it and its size after the resize.
struct ImageSource {
    Picture picture;         ///< the original
    PixelRect shown;         ///< the part of it that was taken
    BlockGrid grid;          ///< what it was resized to
    PixelLimits limits = {}; ///< how
    /// Parts of `shown` that the model sees, empty: all of it at once. For what `blockPlace` draws.
    std::vector<PictureView> views() const;
    /// Whether the model sees equal pixels; at once where both are the same in memory.
    bool operator==(const ImageSource& other) const;
};

/// An image as the model sees it, with its mask.
struct PreparedImage {
    VisionImage picture;
    MaskReport report;
    ImageSource source;
    int fullBlocks = 0; ///< without pruning; more than `picture` has where the method shows a smaller picture
};

std::vector<KeepMask> masksOf(const std::vector<PreparedImage>& images);

/// Prompt tokens without pruning, of a prompt with these images that has `promptTokens` before blocks are dropped.
int unprunedTokens(int promptTokens, const std::vector<PreparedImage>& images);

/// Part of an image that the model is shown, and where it lies.
struct ShownPart {
    Picture picture;
    PixelRect rect;
};
ShownPart shownPart(const ImageInput& image);

/// Crops, resizes and prunes an image. `draws`: one for all images of a prompt, in order. Throws Error(BadInput) or
/// Error(Usage).
PreparedImage prepareImage(const ImageInput& image, const PrunePlan& plan, const PixelLimits& limits, bool resize,
                           ReferenceRandom& draws);

} // namespace prunescope::model
