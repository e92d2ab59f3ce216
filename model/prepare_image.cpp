#include "model/prepare_image.h"

namespace prunescope::model {

ShownPart shownPart(const ImageInput& image) {
    const PixelRect whole{0, 0, image.picture.width(), image.picture.height()};
    const PixelRect shown = image.region.empty() ? whole : clipped(image.region, image.picture.size());
    const bool isWhole = shown.width == whole.width && shown.height == whole.height;
    return {isWhole ? image.picture : image.picture.cropped(image.region), shown};
}

PreparedImage prepareImage(const ImageInput& image, const PrunePlan& plan, PixelLimits limits, bool resize,
                           Draws& draws) {
    Stopwatch watch;
    const auto [part, shown] = shownPart(image);
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
        promptTokens += image.fullBlocks - image.picture.grid().count();
    return promptTokens;
}

} // namespace prunescope::model
