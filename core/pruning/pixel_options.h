#pragma once

#include "core/pruning/method.h"

namespace prunescope {

/// The options that all pixel methods have.
inline constexpr OptionKey<double> kTau{"tau"};
inline constexpr OptionKey<std::string> kMetric{"metric"};
inline constexpr OptionKey<bool> kAnchored{"anchored"};
inline constexpr OptionKey<std::uint64_t> kSeed{"seed"};

/// Where pixel methods may stand.
inline const std::vector<Place> kPixelPlaces{Place::Input, Place::VisionLayer, Place::AfterEncoder};

/// Which of them matter to a method.
struct PixelOptionUse {
    bool threshold = true; ///< tau, metric, anchored
    bool draws = false;    ///< seed
};

/// The options that all pixel methods have. A method takes also those that do not matter to it, so that a threshold
/// outlives a look at another method.
std::vector<OptionSpec> pixelOptions(PixelOptionUse use = {});

/// What `settings` of a pixel method say of pairs of blocks.
Similarity similarityOf(const MethodSettings& settings);

} // namespace prunescope
