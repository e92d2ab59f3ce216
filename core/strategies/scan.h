#pragma once

#include "core/strategies/shown_blocks.h"

namespace prunescope {

/// Run-length rule along a scan (pixelprune spec 2.1): a block is dropped while it looks like the last kept block
/// (anchored) or like the block visited just before (sliding). `blockAt(i)` is the i-th block of the scan,
/// `distance(i)` its raw distance to the one before, for i >= 1.
template <typename BlockAt, typename Distance>
KeepMask dropRuns(const Selection& selection, BlockAt blockAt, Distance distance) {
    KeepMask mask(selection.grid());
    ShownBlocks shown(selection.pairs, selection.similarity);
    mask.keep(blockAt(0));
    for (int i = 1; i < mask.count(); ++i) {
        const int block = blockAt(i), before = blockAt(i - 1);
        if (shown.same(block, before, distance(i)))
            shown.drop(block, before, distance(i));
        else
            mask.keep(block);
    }
    return mask;
}

} // namespace prunescope
