// Distances of every block to the one before it and to the one above it, in one pass over the picture. Eight warps
// stand on eight neighbouring columns of blocks and walk down a few rows: the block above stays in registers, and the
// block on the left was just read by the next warp, so it comes from the nearest cache. More than that nobody needs to
// know of the pixels: tau = 0 and sliding selection are decided by these two tables.
#include "core/gpu/warp_blocks.cuh"

using namespace prunescope;
using namespace prunescope::cuda;

namespace {

constexpr int kWarps = 8;          // neighbouring columns of a CTA
constexpr int kMostRows = 4;       // rows a warp walks down: each walk reads one block more than it has rows
constexpr int kEnoughWalks = 2000; // walks that fill the largest GPU

template <typename Fold>
__global__ void __launch_bounds__(kWarps* kLanes) pairDistancesKernel(CudaBlocks blocks, int walkRows) {
    const int warp = static_cast<int>(threadIdx.x) / kLanes;
    const int col = static_cast<int>(blockIdx.x) * kWarps + warp;
    if (col >= blocks.cols)
        return;
    int row = static_cast<int>(blockIdx.y) * walkRows;
    const int end = min(row + walkRows, blocks.rows);
    LaneChunks above = loadBlock(blocks, blockBytes(blocks, max(row - 1, 0), col));
    for (; row < end; ++row) {
        const int index = row * blocks.cols + col;
        const LaneChunks here = loadBlock(blocks, blockBytes(blocks, row, col));
        const LaneChunks before = loadBlock(blocks, blockBytes(blocks, max(index - 1, 0)));
        // In the first row and for the first block, a block meets itself: 0.
        const std::uint32_t toAbove = distance<Fold>(here, above);
        const std::uint32_t toBefore = distance<Fold>(here, before);
        if (threadIdx.x % kLanes == 0) {
            blocks.left[index] = toBefore;
            blocks.up[index] = toAbove;
        }
        above = here;
    }
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_pair_distances(const CudaBlocks* blocks, int reduction, void* stream) {
    const int count = blocks->rows * blocks->cols;
    const int walkRows = min(max(count / kEnoughWalks, 1), kMostRows);
    const dim3 grid(static_cast<unsigned>((blocks->cols + kWarps - 1) / kWarps),
                    static_cast<unsigned>((blocks->rows + walkRows - 1) / walkRows));
    const auto launch = [&](auto fold) -> int {
        pairDistancesKernel<decltype(fold)>
            <<<grid, kWarps * kLanes, 0, static_cast<cudaStream_t>(stream)>>>(*blocks, walkRows);
        return cudaGetLastError();
    };
    return reduction == kEqualityReduction ? launch(EqualityFold{}) : withFold(reduction, launch);
}

PRUNESCOPE_IS_MEMBER(prunescope_pair_distances, pairDistances);
