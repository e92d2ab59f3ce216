#include "model/images/prepare_image.h"

#include <cstring>

namespace prunescope::model {

namespace {

bool samePixels(const Picture& a, const Picture& b) {
    return a.sharesPixelsWith(b) || (a.size() == b.size() && std::memcmp(a.data(), b.data(), a.sizeBytes()) == 0);
}

/// Whether both make the same of a picture, given that they come to the same grid.
bool sameWay(const PixelLimits& a, const PixelLimits& b) {
    return a.fixed() || b.fixed() ? a == b : true;
}

} // namespace

ShownPart shownPart(const ImageInput& image) {
    const PixelRect whole{0, 0, image.picture.width(), image.picture.height()};
    const PixelRect shown = image.region.empty() ? whole : clipped(image.region, image.picture.size());
    const bool isWhole = shown.width == whole.width && shown.height == whole.height;
    return {isWhole ? image.picture : image.picture.cropped(image.region), shown};
}

std::vector<PictureView> ImageSource::views() const {
    return fixedViews({shown.width, shown.height}, limits);
}

bool ImageSource::operator==(const ImageSource& other) const {
    return grid == other.grid && shown == other.shown && sameWay(limits, other.limits) &&
           samePixels(picture, other.picture);
}

PreparedImage prepareImage(const ImageInput& image, const PrunePlan& plan, const PixelLimits& limits, bool resize,
                           ReferenceRandom& draws) {
    Stopwatch watch;
    const auto [part, shown] = shownPart(image);
    PixelBlocks blocks(seenPicture(part, limits, resize), limits.geometry);
    double resizeMs = watch.restart();
    const MethodSettings& settings = plan.pixelStage().settings;
    BlockChoice choice = chooseBlocks(blocks, settings, draws);
    const double selectMs = watch.restart();
    const int fullBlocks = blocks.grid().count();
    if (choice.mask.grid() != blocks.grid()) { // the method shows a smaller picture
        blocks = PixelBlocks(resizeSmaller(part, choice.mask.grid().size(), limits), limits.geometry);
        resizeMs += watch.ms();
    }
    MaskReport report{image.name,
                      part.size(),
                      settings,
                      std::move(choice.mask),
                      {},
                      image.decodedOnWhite,
                      std::move(choice.fit),
                      fixedViews(part.size(), limits)};
    report.times.set(stage::kResize, resizeMs);
    report.times.set(stage::kSelect, selectMs);
    ImageSource source{image.picture, shown, blocks.grid(), limits};
    return {std::move(blocks), std::move(report), std::move(source), fullBlocks};
}

std::vector<KeepMask> masksOf(const std::vector<PreparedImage>& images) {
    std::vector<KeepMask> masks;
    for (const PreparedImage& image : images)
        masks.push_back(image.report.mask);
    return masks;
}

int unprunedTokens(int promptTokens, const std::vector<PreparedImage>& images) {
    for (const PreparedImage& image : images)
        promptTokens += image.fullBlocks - image.picture.grid().count();
    return promptTokens;
}

} // namespace prunescope::model
