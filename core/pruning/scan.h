#pragma once

#include "core/pruning/decoder.h"
#include "core/pruning/pixel_options.h"
#include "core/pruning/shown_blocks.h"

namespace prunescope {

/// The i-th block of the serpentine scan: every other row backwards (pixelprune spec 2.2).
inline int serpentineBlock(int i, int cols) {
    const int row = i / cols, col = i % cols;
    return row * cols + (row % 2 == 0 ? col : cols - 1 - col);
}

/// The place that predicts place `i` > 0 (the table of pixelprune spec 2.3): the one above where `cornerIsLike` the
/// left one and not the upper one; it is asked for a neighbour of the corner, and only where there are all three.
template <typename CornerIsLike>
int predictingPlace(int i, int cols, CornerIsLike cornerIsLike) {
    const int left = i - 1, up = i - cols;
    if (i < cols)
        return left;
    if (i % cols == 0)
        return up;
    return cornerIsLike(left) && !cornerIsLike(up) ? up : left;
}

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

/// Decodes a mask that `dropRuns` made along the same scan.
template <typename BlockAt>
void decodeRuns(BlockDecoder& decoder, BlockAt blockAt) {
    decoder.show(blockAt(0), BlockDecoder::kUnknown);
    for (int i = 1; i < decoder.grid().count(); ++i)
        decoder.predict(blockAt(i), blockAt(i - 1));
}

} // namespace prunescope
