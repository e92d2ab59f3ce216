#pragma once

#include "core/image/geometry.h"

namespace prunescope {

inline constexpr int kPatchPx = 16;                ///< side of a ViT patch
inline constexpr int kMerge = 2;                   ///< 2x2 patches become one visual token
inline constexpr int kBlockPx = kPatchPx * kMerge; ///< side of a block
inline constexpr int kPatchesPerBlock = kMerge * kMerge;
inline constexpr int kBlockSamples = kBlockPx * kBlockPx * 3;

/// Rows x columns of blocks on the resized picture. Block index = row * cols + col = order of the visual tokens.
/// The only place for block <-> patch <-> pixel arithmetic.
struct BlockGrid {
    int rows = 0;
    int cols = 0;

    /// Throws Error(BadInput) unless both sides are positive multiples of 32.
    static BlockGrid of(Size resized);

    int count() const { return rows * cols; }
    int index(int row, int col) const { return row * cols + col; }
    int row(int index) const { return index / cols; }
    int col(int index) const { return index % cols; }
    int patchRows() const { return rows * kMerge; }
    int patchCols() const { return cols * kMerge; }
    int patchCount() const { return count() * kPatchesPerBlock; }
    Size size() const { return {cols * kBlockPx, rows * kBlockPx}; }
    PixelRect rect(int index) const { return {col(index) * kBlockPx, row(index) * kBlockPx, kBlockPx, kBlockPx}; }
    /// Where the block lies on the picture before the resize.
    PixelBox rectOn(int index, Size original) const;
    bool operator==(const BlockGrid&) const = default;
};

} // namespace prunescope
