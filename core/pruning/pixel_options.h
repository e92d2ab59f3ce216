#pragma once

#include "core/pruning/method.h"

namespace prunescope {

/// The options that all pixel methods have.
inline constexpr OptionKey<double> kTau{"tau"};
inline constexpr OptionKey<std::string> kMetric{"metric"};
inline constexpr OptionKey<bool> kAnchored{"anchored"};
inline constexpr OptionKey<std::uint64_t> kSeed{"seed"};

/// Places at which pixel methods may stand.
inline const std::vector<Place> kPixelPlaces{Place::Input, Place::VisionLayer, Place::AfterEncoder};

/// Options of pixel methods that a token budget can be given to (uniprune-2026 spec 7).
inline constexpr OptionKey<TokenBudget> kKeep{"keep"};
inline constexpr OptionKey<std::string> kRule{"rule"};
inline constexpr OptionKey<std::string> kFill{"fill"};
inline constexpr OptionKey<std::vector<int>> kCover{"cover"};
inline const std::string kRuleTopK = "topk"; ///< values of kRule; the default is the bounded rule of 7.1
inline const std::string kRuleTau = "tau";
inline const std::string kFillExact = "exact"; ///< a value of kFill, the default

/// Use that a method makes of a token budget.
enum class BudgetUse {
    None,
    Count, ///< it keeps as many blocks
    Fit,   ///< it looks for a threshold that fits
};

/// Which options matter to a method.
struct PixelOptionUse {
    bool threshold = true; ///< tau, metric, anchored
    bool draws = false;    ///< seed
    BudgetUse budget = BudgetUse::Fit;
};

/// The options that all pixel methods have. A method takes also those that do not matter to it, so that a threshold
/// outlives a look at another method.
std::vector<OptionSpec> pixelOptions(PixelOptionUse use = {});

/// Reduction of samples to raw distances of blocks under these settings.
Reduction reductionOf(const MethodSettings& settings);
/// The rule of `settings` of a pixel method for pairs of blocks of this geometry.
Similarity similarityOf(const MethodSettings& settings, const PatchGeometry& geometry);

} // namespace prunescope
