#pragma once

#include "core/blocks/keep_mask.h"
#include "core/blocks/pixel_blocks.h"
#include "core/pruning/method_settings.h"

#include <array>
#include <string_view>
#include <vector>

namespace prunescope {

/// How far a restored picture is from the true one, block by block.
struct ErrorMap {
    BlockGrid grid;
    std::vector<double> errors; ///< [rows * cols], in sample units [0,1] of the metric that was asked for
    double worst = 0;
};

/// Both pictures must be of one size. `metric` is a name from metrics(); Throws Error(Usage) for another.
ErrorMap errorMap(const PixelBlocks& truth, const PixelBlocks& restored, std::string_view metric);

/// Of what `mask` and `settings` lose of the picture `blocks`; `shown` is the picture that the mask is on: `blocks`, or
/// the smaller one of strategy `resize`, which is brought back to size.
struct Reconstruction {
    Picture picture;
    ErrorMap errors;
    /// No block is further away than tau, by construction (Prop. 1 and 2): a strategy with a decoder, anchored or at
    /// tau = 0. Otherwise the errors are those of this picture and no promise.
    bool bounded = false;
};
Reconstruction reconstructWithErrors(const PixelBlocks& blocks, const PixelBlocks& shown, const KeepMask& mask,
                                     const MethodSettings& settings);

/// Colour of an error as a share of full scale, 0 to 1: dark blue over red to light yellow. Three bytes, RGB.
std::array<std::uint8_t, 3> heatColour(double share);

/// The errors as colours over the greyed picture, `fullScale` the brightest. Blocks without error stay grey.
Picture paintErrors(const PixelBlocks& blocks, const ErrorMap& errors, double fullScale);

} // namespace prunescope
