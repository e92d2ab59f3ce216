#include "core/report/picture_figures.h"

#include "core/base/error.h"
#include "core/pruning/decoder.h"
#include "core/pruning/make_mask.h"
#include "core/pruning/pixel_options.h"
#include "core/report/block_look.h"

#include <algorithm>

namespace prunescope {

namespace {

constexpr int kLevels = 255;

// A block is smooth when all of it is off to one side (bias near error; noise goes both ways) ...
constexpr double kOneSided = 0.6;
constexpr double kSurelyOff = 0.5; ///< mean levels; less is noise of one level that happens to lean
// ... or when it rises without an edge. Dithered gradients step by 2 levels, resized ones by 3.
constexpr double kRises = 1.5;
constexpr int kDitherStep = 3;

// Strokes on a flat ground. Text of 5 levels of contrast (#f0f0f0 on #f4f4f6) is just not seen by people any more;
// beyond 25 no threshold here drops it. Grain and photos have few pixels that equal their neighbour.
constexpr int kFaintest = 5;
constexpr int kNotFaint = 25;
constexpr double kGround = 0.6;
constexpr int kStroke = 4; ///< pixels: an i without its dot

/// So many blocks tell which kind most of them are.
constexpr int kEnoughBlocks = 512;

bool isShaded(const BlockLook& look) {
    return (look.bias >= kOneSided * look.error && look.error >= kSurelyOff) ||
           (look.slope >= kRises && look.step <= kDitherStep);
}

bool isFaint(const BlockLook& look) {
    return look.range >= kFaintest && look.range <= kNotFaint && look.repeats >= kGround &&
           look.errorStep >= kStrokeLevels && look.strokePixels >= kStroke;
}

TauFigures atTau(const PixelBlocks& blocks, const MethodSettings& settings, const KeepMask& mask,
                 const KeepMask& before) {
    TauFigures figures{settings.value(kTau), static_cast<int>(settings.value(kTau) * kLevels), mask.keptShare()};
    const std::vector<int> shown = decodedBlocks(blocks, {mask}, settings);
    for (int i = 0; i < mask.count(); ++i) {
        if (mask.kept(i) || !before.kept(i))
            continue;
        const BlockLook look = lookAt(blocks, i, shown[static_cast<std::size_t>(i)]);
        ++figures.fresh;
        figures.flat += look.range == 0;
        figures.shaded += isShaded(look);
        figures.faint += isFaint(look);
    }
    return figures;
}

/// Over kept blocks at even distances.
double repeatsOf(const PixelBlocks& blocks, const KeepMask& mask) {
    const std::vector<int> kept = mask.keptIndices();
    const std::size_t stride = 1 + kept.size() / kEnoughBlocks;
    double sum = 0;
    int looks = 0;
    for (std::size_t i = 0; i < kept.size(); i += stride, ++looks)
        sum += lookAt(blocks, kept[i], kept[i]).repeats;
    return looks > 0 ? sum / looks : 1;
}

} // namespace

bool hasFigures(const MethodSettings& settings) {
    return settings.entry().decode && settings.applies(kTau.name) && settings.value(kMetric) == "max" &&
           settings.value(kAnchored) && !settings.isSet(kKeep.name);
}

PictureFigures pictureFigures(const PixelBlocks& blocks, const MethodSettings& settings) {
    check(hasFigures(settings), "the figures of a picture under settings that have none");
    MaskMaker maker(blocks);
    std::array<KeepMask, kAdviceTaus.size()> masks;
    PictureFigures figures;
    figures.blocks = blocks.grid().count();
    for (std::size_t i = 0; i < masks.size(); ++i) {
        const MethodSettings here = MethodSettings(settings).set(kTau, kAdviceTaus[i]);
        masks[i] = maker.mask(here);
        const bool isLast = i + 1 == masks.size();
        figures.taus[i] = atTau(blocks, here, masks[i], masks[isLast ? i - 1 : 0]);
    }
    figures.repeats = repeatsOf(blocks, masks[2]);
    return figures;
}

} // namespace prunescope
