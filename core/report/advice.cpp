// Kinds of pictures, as they were measured on renderings, codecs and captures (app/commands.md, "Advice").
#include "core/report/advice.h"

#include "core/base/format.h"

#include <array>
#include <nlohmann/json.hpp>

namespace prunescope {

namespace {

// On fewer blocks shares say little: one block is 4 % and more.
constexpr int kFewestBlocks = 24;

// A threshold is worth a word when it drops so much of all blocks and so much of what is kept. Lossless pages with
// shadows and gradients lose up to 5 points and a tenth at 0.02, which is content; lossy files of a calm window gain
// 7 points and a fifth.
constexpr double kWorthOfAll = 0.05;
constexpr double kWorthOfKept = 0.125;
// One level is enough where it brings this much of what a few bring: word.png 83 %, dithered gradients all, codecs at
// most 56 %.
constexpr double kMostOfIt = 0.7;

// Photos, noise, see-through windows over wallpaper: 0.02 keeps 96.9 to 100 %, and 7 to 39 % of pixels equal their
// neighbour. Text fills pages to at most 72 %, with 65 to 97 % of equal pixels.
constexpr double kHopeless = 0.9;
constexpr double kGrainy = 0.5;

// Blocks; single ones are the specks of a codec, a word of pale text is more.
constexpr int kFewFaint = 4;

double gain(const PictureFigures& figures, const TauFigures& at) {
    return figures.lossless().keptShare - at.keptShare;
}

bool isWorthIt(const PictureFigures& figures, const TauFigures& at) {
    return gain(figures, at) >= kWorthOfAll && gain(figures, at) >= kWorthOfKept * figures.lossless().keptShare;
}

/// Where a few levels drop anything but flat blocks, it is mostly strokes: what looks like a gain is content.
bool losesStrokes(const PictureFigures& figures) {
    const TauFigures& at = figures.fewLevels();
    return at.faint >= kFewFaint && 2 * at.faint >= at.fresh - at.flat;
}

bool oneLevelHelps(const PictureFigures& figures) {
    return isWorthIt(figures, figures.oneLevel()) &&
           gain(figures, figures.oneLevel()) >= kMostOfIt * gain(figures, figures.fewLevels());
}

bool fewLevelsHelp(const PictureFigures& figures) {
    return isWorthIt(figures, figures.fewLevels()) && !oneLevelHelps(figures) && !losesStrokes(figures);
}

bool isShade(const TauFigures& at) {
    return 2 * at.shaded > at.fresh;
}

/// The largest threshold that leaves strokes alone.
const TauFigures& faintLimit(const PictureFigures& figures) {
    return losesStrokes(figures) ? figures.oneLevel() : figures.fewLevels();
}

/// Blocks with strokes that the next larger threshold loses.
const TauFigures& faintLoss(const PictureFigures& figures) {
    return losesStrokes(figures) ? figures.fewLevels() : figures.coarse();
}

std::string tauText(const TauFigures& at) {
    return "τ " + shortNumber(at.tau);
}

std::string levelsText(const TauFigures& at) {
    return formatCounted(at.levels, "level");
}

std::string lossText(const TauFigures& at) {
    return tauText(at) + " would drop " + formatCounted(at.faint, "block") + " of it";
}

/// "τ 0.005 keeps 29.5 % instead of 65.3 %"
std::string gainText(const PictureFigures& figures, const TauFigures& at) {
    return tauText(at) + " keeps " + formatPercent(at.keptShare) + " instead of " +
           formatPercent(figures.lossless().keptShare);
}

std::string faintWarning(const PictureFigures& figures) {
    const TauFigures& at = figures.coarse();
    return at.faint < kFewFaint
               ? std::string()
               : "; " + tauText(at) + " would drop " + formatCounted(at.faint, "block") + " of faint content";
}

std::string noiseText(const PictureFigures& figures, const TauFigures& at) {
    return gainText(figures, at) + ", at most " + levelsText(at) + " off" + faintWarning(figures);
}

// The list -----------------------------------------------------------------------------------------------------------

constexpr std::array kKinds{
    AdviceKind{"capture_noise", "Noise of one level",
               [](const PictureFigures& f) { return oneLevelHelps(f) && !isShade(f.oneLevel()); },
               [](const PictureFigures& f) { return std::optional(f.oneLevel().tau); }, false,
               [](const PictureFigures& f) { return noiseText(f, f.oneLevel()); }},
    AdviceKind{"dithered_gradient", "Dithered gradients",
               [](const PictureFigures& f) { return oneLevelHelps(f) && isShade(f.oneLevel()); },
               [](const PictureFigures& f) { return std::optional(f.oneLevel().tau); }, false,
               [](const PictureFigures& f) { return noiseText(f, f.oneLevel()); }},
    AdviceKind{"fine_noise", "Lossy compression or fine noise",
               [](const PictureFigures& f) { return fewLevelsHelp(f) && !isShade(f.fewLevels()); },
               [](const PictureFigures& f) { return std::optional(f.fewLevels().tau); }, false,
               [](const PictureFigures& f) { return noiseText(f, f.fewLevels()); }},
    AdviceKind{"gradient", "Smooth gradients",
               [](const PictureFigures& f) { return fewLevelsHelp(f) && isShade(f.fewLevels()); },
               [](const PictureFigures& f) { return std::optional(f.fewLevels().tau); }, false,
               [](const PictureFigures& f) {
                   return gainText(f, f.fewLevels()) + ", in steps of up to " + levelsText(f.fewLevels());
               }},
    AdviceKind{"grain", "Photo, wallpaper or see-through windows",
               [](const PictureFigures& f) { return f.fewLevels().keptShare >= kHopeless && f.repeats < kGrainy; },
               [](const PictureFigures&) { return std::optional<double>(); }, false,
               [](const PictureFigures& f) {
                   return tauText(f.fewLevels()) + " still keeps " + formatPercent(f.fewLevels().keptShare) +
                          ", so dropping blocks brings next to nothing";
               }},
    AdviceKind{
        "faint", "Faint content, such as pale text",
        [](const PictureFigures& f) { return faintLoss(f).faint >= kFewFaint; },
        [](const PictureFigures& f) { return std::optional(faintLimit(f).tau); }, true,
        [](const PictureFigures& f) { return lossText(faintLoss(f)) + ", " + tauText(faintLimit(f)) + " keeps them"; }},
};

} // namespace

std::span<const AdviceKind> adviceKinds() {
    return kKinds;
}

std::optional<Advice> advise(const PictureFigures& figures) {
    if (figures.blocks < kFewestBlocks)
        return std::nullopt;
    for (const AdviceKind& kind : adviceKinds())
        if (kind.fits(figures))
            return Advice{kind.name, std::string(kind.title) + ": " + kind.text(figures) + ".", kind.tau(figures),
                          kind.isLimit};
    return std::nullopt;
}

std::optional<Advice> adviceOn(const PixelBlocks& blocks, const MethodSettings& settings) {
    return hasFigures(settings) ? advise(pictureFigures(blocks, settings)) : std::nullopt;
}

nlohmann::json toJson(const Advice& advice) {
    nlohmann::json json{{"kind", advice.kind}, {"text", advice.text}};
    if (advice.tau)
        json["tau"] = *advice.tau;
    return json;
}

} // namespace prunescope
