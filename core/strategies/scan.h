#pragma once

#include "core/strategies/strategy.h"

namespace prunescope {

/// Run-length rule along a scan (pixelprune spec 2.1): a block is dropped while it looks like the last kept block
/// (anchored) or like the block visited just before (sliding). `blockAt(i)` is the i-th block of the scan.
template <typename BlockAt>
KeepMask dropRuns(const PixelBlocks& blocks, const Similarity& similarity, BlockAt blockAt) {
    KeepMask mask(blocks.grid());
    int reference = -1;
    for (int i = 0; i < blocks.grid().count(); ++i) {
        const int block = blockAt(i);
        const bool same = reference >= 0 && similarity.same(blocks, reference, block);
        if (!same)
            mask.keep(block);
        if (!same || !similarity.anchored)
            reference = block;
    }
    return mask;
}

} // namespace prunescope
