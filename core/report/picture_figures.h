#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/pruning/method_settings.h"

#include <array>

namespace prunescope {

/// Thresholds that a picture is judged by, the least first. At metric `max` a threshold is a number of levels.
inline constexpr std::array kAdviceTaus{0.0, 0.005, 0.02, 0.05};

/// What one threshold makes of a picture.
struct TauFigures {
    double tau = 0;
    int levels = 0;       ///< of 255, that a dropped block may be off: what the threshold costs
    double keptShare = 1; ///< of the blocks
    int fresh = 0;        ///< blocks that are dropped, and kept at the threshold it is compared with
    int flat = 0;         ///< of these, those of one colour: nothing in them is lost
    int shaded = 0;       ///< of these, those that are smooth: a gradient, or flat and of another shade
    int faint = 0;        ///< of these, those with strokes that are gone: text or lines of low contrast
};

/// Figures of a picture at each of `kAdviceTaus`. The larger thresholds are compared with 0, and the largest with the
/// one before it: what is lost beyond what might be offered.
struct PictureFigures {
    int blocks = 0;
    std::array<TauFigures, kAdviceTaus.size()> taus;
    /// Share of pixels that equal their left neighbour, over the blocks that 0.02 keeps: low in photos, high in drawn
    /// pictures.
    double repeats = 1;

    const TauFigures& lossless() const { return taus[0]; }
    const TauFigures& oneLevel() const { return taus[1]; }
    const TauFigures& fewLevels() const { return taus[2]; }
    const TauFigures& coarse() const { return taus[3]; }
};

/// Whether thresholds are levels, and bounds, under these settings: a method that predicts, anchored, by metric `max`,
/// without a token budget. Only then there are figures.
bool hasFigures(const MethodSettings& settings);

/// Figures of `blocks` under `settings`, whose tau does not count. `hasFigures` must hold. Four masks, and a look at
/// the blocks that differ between them; any thread.
PictureFigures pictureFigures(const PixelBlocks& blocks, const MethodSettings& settings);

} // namespace prunescope
