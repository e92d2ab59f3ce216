// The orders in which raster and serpentine visit blocks.
#pragma once

#include "core/gpu/cuda_kernels.h"

namespace prunescope::cuda {

/// Row by row; serpentine walks odd rows from right to left.
struct ScanOrder {
    int cols;
    bool serpentine;

    /// Block at `place` of the scan.
    __device__ int block(int place) const {
        const int row = place / cols;
        return serpentine && row % 2 ? row * cols + (cols - 1 - place % cols) : place;
    }

    /// Distance of `block` to the one visited before it; 0 for the first.
    __device__ std::uint32_t step(const CudaBlocks& blocks, int block) const {
        const int row = block / cols, col = block % cols;
        if (!serpentine)
            return blocks.left[block];
        const bool back = row % 2;
        if (col == (back ? cols - 1 : 0))
            return blocks.up[block]; // the scan turns: straight down
        return blocks.left[back ? block + 1 : block];
    }
};

} // namespace prunescope::cuda
