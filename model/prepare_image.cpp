#include "model/prepare_image.h"

namespace prunescope::model {

namespace {

PixelRect shownPart(const ImageInput& image) {
    return image.region.empty() ? PixelRect{0, 0, image.picture.width(), image.picture.height()}
                                : clipped(image.region, image.picture.size());
}

} // namespace

PreparedImage prepareImage(const ImageInput& image, const PrunePlan& plan, PixelLimits limits, bool resize,
                           Draws& draws) {
    const PixelRect shown = shownPart(image);
    Stopwatch watch;
    const bool whole = shown.width == image.picture.width() && shown.height == image.picture.height();
    const Picture part = whole ? image.picture : image.picture.cropped(image.region);
    PixelBlocks blocks(resize ? resizeForModel(part, limits) : part);
    double resizeMs = watch.restart();
    KeepMask mask = makeMask(blocks, plan.mask, draws);
    const double selectMs = watch.restart();
    const int fullBlocks = blocks.grid().count();
    if (mask.grid() != blocks.grid()) { // the strategy shows a smaller picture
        blocks = PixelBlocks(resizeBicubic(part, mask.grid().size()));
        resizeMs += watch.ms();
    }
    MaskReport report{image.name, part.size(), plan.mask, std::move(mask), {}};
    report.times.set(stage::kResize, resizeMs);
    report.times.set(stage::kSelect, selectMs);
    return {std::move(blocks), std::move(report), shown, fullBlocks};
}

int unprunedTokens(int promptTokens, const std::vector<PreparedImage>& images) {
    for (const PreparedImage& image : images)
        promptTokens += image.fullBlocks - image.blocks.grid().count();
    return promptTokens;
}

} // namespace prunescope::model
