#pragma once

#include "core/blocks/patch_geometry.h"
#include "core/image/geometry.h"

namespace prunescope {

/// Rows x columns of blocks on the resized picture. Block index = row * cols + col = order of the visual tokens.
/// The only place for block <-> patch <-> pixel arithmetic.
struct BlockGrid {
    int rows = 0;
    int cols = 0;
    PatchGeometry geometry = {};

    /// Throws Error(BadInput) unless both sides are positive multiples of the block's.
    static BlockGrid of(Size resized, const PatchGeometry& geometry = {});

    int count() const { return rows * cols; }
    int index(int row, int col) const { return row * cols + col; }
    int row(int index) const { return index / cols; }
    int col(int index) const { return index % cols; }
    int patchRows() const { return rows * geometry.merge; }
    int patchCols() const { return cols * geometry.merge; }
    int patchCount() const { return count() * geometry.patchesPerBlock(); }
    Size size() const { return {cols * geometry.blockPx(), rows * geometry.blockPx()}; }
    PixelRect rect(int index) const {
        const int side = geometry.blockPx();
        return {col(index) * side, row(index) * side, side, side};
    }
    /// Box of the block on the picture before the resize.
    PixelBox rectOn(int index, Size original) const;
    bool operator==(const BlockGrid&) const = default;
};

} // namespace prunescope
