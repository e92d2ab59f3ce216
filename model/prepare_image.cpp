#include "model/prepare_image.h"

namespace prunescope::model {

namespace {

PixelRect shownPart(const ImageInput& image) {
    return image.region.empty() ? PixelRect{0, 0, image.picture.width(), image.picture.height()}
                                : clipped(image.region, image.picture.size());
}

} // namespace

PreparedImage prepareImage(const ImageInput& image, const PrunePlan& plan, PixelLimits limits, bool resize) {
    const PixelRect shown = shownPart(image);
    Stopwatch watch;
    const bool whole = shown.width == image.picture.width() && shown.height == image.picture.height();
    const Picture part = whole ? image.picture : image.picture.cropped(image.region);
    PixelBlocks blocks(resize ? resizeForModel(part, limits) : part);
    const double resizeMs = watch.restart();
    MaskReport report{image.name, part.size(), plan.mask, makeMask(blocks, plan.mask), {}};
    report.times.set(stage::kResize, resizeMs);
    report.times.set(stage::kSelect, watch.ms());
    return {std::move(blocks), std::move(report), shown};
}

} // namespace prunescope::model
