#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/mask/keep_mask.h"

#include <cstdint>
#include <string>

namespace prunescope {

/// The pruning options, the same on the command line, in the window and in the log.
struct MaskSettings {
    std::string strategy = "pred_2d"; ///< a name from strategies()
    std::string metric = "max";       ///< a name from metrics()
    double tau = 0.0;                 ///< threshold in [0,1]; 0 loses nothing
    bool anchored = true;             ///< error bound per block; false: "sliding"
    std::uint64_t seed = 42;          ///< for strategies that draw
    bool operator==(const MaskSettings&) const = default;
};

/// Throws Error(Usage) that names the option: unknown strategy or metric, tau outside [0,1] or not a number.
void validate(const MaskSettings& settings);

/// The one way from pixels to a mask: what is shown and what the model sees both come from here. Deterministic; any
/// thread. Validates `settings` first.
KeepMask makeMask(const PixelBlocks& blocks, const MaskSettings& settings);

} // namespace prunescope
