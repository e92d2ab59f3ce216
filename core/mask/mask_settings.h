#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace prunescope {

/// The pruning options, the same on the command line, in the window and in the log.
struct MaskSettings {
    std::string strategy = "pred_2d"; ///< a name from strategies()
    std::string metric = "max";       ///< a name from metrics()
    double tau = 0.0;                 ///< threshold in [0,1]; 0 loses nothing
    bool anchored = true;             ///< error bound per block; false: "sliding"
    std::uint64_t seed = 42;          ///< for strategies that draw
    /// conncomp: share of a component's blocks to drop, in [0,1]. Unset: as many blocks as Pred-2D keeps.
    std::optional<double> skipRatio = std::nullopt;
    bool even = false; ///< conncomp: keep evenly spaced members of a component; false: drawn ones
    bool operator==(const MaskSettings&) const = default;
};

/// Throws Error(Usage) that names the option: unknown strategy or metric, tau or skip ratio outside [0,1] or not a
/// number.
void validate(const MaskSettings& settings);

} // namespace prunescope
