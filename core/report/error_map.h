#pragma once

#include "core/blocks/keep_mask.h"
#include "core/blocks/pixel_blocks.h"
#include "core/pruning/make_mask.h"

#include <array>
#include <string_view>
#include <vector>

namespace prunescope {

/// Distances of a restored picture from the true one, block by block.
struct ErrorMap {
    BlockGrid grid;
    std::vector<double> errors; ///< [rows * cols], in sample units [0,1] of the metric that was asked for
    double worst = 0;
};

/// Measures `restored` against `truth`, two pictures of one size. `metric` is a name from metrics(); throws
/// Error(Usage) for another.
ErrorMap errorMap(const PixelBlocks& truth, const PixelBlocks& restored, std::string_view metric);

/// Picture that is restored from what `choice` under `settings` keeps of `blocks`, and its loss; `shown` is the picture
/// that its mask is on: `blocks`, or the smaller one that a method shows instead, which is brought back to size.
struct Reconstruction {
    Picture picture;
    ErrorMap errors;
    /// No block is further away than `limit`, by construction (Prop. 1 and 2): a method with a decoder, anchored, at
    /// tau = 0, or under a bounded budget. Otherwise the errors are those of this picture and no promise.
    bool bounded = false;
    double limit = 0; ///< in sample units [0,1]: tau, or what a budget came to
};
Reconstruction reconstructWithErrors(const PixelBlocks& blocks, const PixelBlocks& shown, const BlockChoice& choice,
                                     const MethodSettings& settings);

/// Colour of an error as a share of full scale, 0 to 1: dark blue over red to light yellow. Three bytes, RGB.
std::array<std::uint8_t, 3> heatColour(double share);

/// The errors as colours over the greyed picture, `fullScale` the brightest. Blocks without error stay grey.
Picture paintErrors(const PixelBlocks& blocks, const ErrorMap& errors, double fullScale);

} // namespace prunescope
