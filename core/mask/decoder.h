#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/mask/keep_mask.h"
#include "core/mask/mask_settings.h"

#include <vector>

namespace prunescope {

/// The kept block that a decoder shows at each place, from the kept blocks alone: `mask` and `settings` are those of
/// the selection (pixelprune spec 3); no dropped block of `blocks` is read. -1 where the strategy has no rule: dropped
/// blocks of the baselines. At tau = 0 the shown blocks equal the dropped ones; above it, anchored, they are at most
/// tau away. Throws Error(BadInput) when the mask is on another grid or the first block of a strategy with a rule is
/// not kept.
std::vector<int> decodedBlocks(const PixelBlocks& blocks, const KeepMask& mask, const MaskSettings& settings);

/// The picture of `decodedBlocks`; what no rule restores is mid-grey.
Picture reconstruct(const PixelBlocks& blocks, const KeepMask& mask, const MaskSettings& settings);

} // namespace prunescope
