#pragma once

#include "core/blocks/keep_mask.h"
#include "core/blocks/pixel_blocks.h"

#include <vector>

namespace prunescope {

/// Changes of a screenshot since the one before.
struct Changes {
    KeepMask blocks;              ///< set: differs in at least one byte
    std::vector<PixelRect> areas; ///< around touching (also diagonally) changed blocks, on the resized picture;
                                  ///< disjoint, from top to bottom
    bool none() const { return areas.empty(); }
};

/// Blocks of `now` that differ from `before`; both on one grid, anything else throws Error(BadInput). On several
/// threads where that pays; about as quick as reading both pictures once.
KeepMask changedBlocks(const PixelBlocks& before, const PixelBlocks& now);

/// `changedBlocks` with the areas around them.
Changes changesSince(const PixelBlocks& before, const PixelBlocks& now);

} // namespace prunescope
