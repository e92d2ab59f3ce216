// Anchored raster and serpentine: a block is dropped while it looks like the last kept block. That is a chain along the
// scan, but it breaks wherever two neighbours differ by more than twice the bound: the later one is kept whatever is
// shown before it. So each CTA takes the breaks in its window of the scan and follows the chains that begin there, the
// last of them past the window's end. Along a chain the distances between neighbours decide most; where they leave it
// open, the warps compare the next few blocks with the anchor at once.
//
// All warps walk alike, on the same numbers, so that they agree without talking; only the distances from pixels are
// handed over. Two buffers take turns: a warp that is a round ahead has passed the barrier that follows the last look
// into the buffer it writes.
#include "core/gpu/error_bounds.cuh"
#include "core/gpu/scan_order.cuh"
#include "core/gpu/selection.cuh"

using namespace prunescope;
using namespace prunescope::cuda;

namespace {

constexpr int kWarps = 8;       // blocks compared with the anchor at once
constexpr int kWindow = kLanes; // places of the scan a CTA is responsible for: what it sees at the first look

__device__ unsigned lowBits(int count) {
    return count >= kLanes ? kAllLanes : (1u << max(count, 0)) - 1;
}

/// Index of the lowest bit; 32 for none.
__device__ int lowestBit(unsigned bits) {
    return bits ? __ffs(static_cast<int>(bits)) - 1 : kLanes;
}

/// The next 32 places of the scan, one a lane.
struct View {
    int block;          ///< -1 after the end
    std::uint32_t step; ///< distance to the place before
    unsigned breaks;    ///< places that begin a chain, a bit each
    unsigned end;       ///< places after the end
};

template <typename Fold>
__device__ View viewFrom(const CudaBlocks& blocks, const ScanOrder& order, const ErrorBound<Fold>& bound, int place) {
    const int mine = place + static_cast<int>(threadIdx.x) % kLanes;
    const bool inside = mine < blocks.rows * blocks.cols;
    View view;
    view.block = inside ? order.block(mine) : -1;
    view.step = inside ? order.step(blocks, view.block) : 0;
    view.breaks = __ballot_sync(kAllLanes, inside && (mine == 0 || bound.differsAnyway(view.step)));
    view.end = __ballot_sync(kAllLanes, !inside);
    return view;
}

/// A walk along a chain, by a warp; the other warps of the CTA do the same.
template <typename Fold>
struct Walk {
    const CudaBlocks& blocks;
    ErrorBound<Fold> bound;
    int anchor = 0;     ///< the last kept block
    float error = 0.0f; ///< the last place's own block is at most this far from the anchor

    __device__ void keep(int block) {
        anchor = block;
        error = 0.0f;
    }

    /// Decides places [begin, stop) of the view from distances between neighbours, as far as they tell. The first place
    /// that is open.
    __device__ int followTables(const View& view, int begin, int stop) {
        // Places equal to the one before are dropped like it, or right after it was kept; nothing changes at them.
        const unsigned moves = __ballot_sync(kAllLanes, view.step != 0) | view.breaks;
        unsigned kept = 0;
        int open = stop;
        for (unsigned todo = moves & lowBits(stop) & ~lowBits(begin); todo; todo &= todo - 1) {
            const int at = lowestBit(todo);
            const std::uint32_t step = __shfl_sync(kAllLanes, view.step, at);
            const Verdict verdict = view.breaks >> at & 1 ? Verdict::Different : bound.judge(step, error);
            if (verdict == Verdict::Open) {
                open = at;
                break;
            }
            if (verdict == Verdict::Different) {
                kept |= 1u << at;
                keep(__shfl_sync(kAllLanes, view.block, at));
            } else {
                error = bound.errorAfter(step, error);
            }
        }
        write(view, begin, open, kept);
        return open;
    }

    /// Decides places from `open` on, at most to the next break: warp w compares the w-th of them with the anchor. The
    /// first place that is not decided yet. `distances`: [kWarps] in shared memory. All warps of the CTA.
    __device__ int comparePixels(const View& view, int open, int stop, std::uint32_t* distances) {
        const int warp = static_cast<int>(threadIdx.x) / kLanes, lane = static_cast<int>(threadIdx.x) % kLanes;
        const int limit = min(stop, lowestBit(view.breaks & ~lowBits(open)));
        const int looks = min(limit - open, kWarps);
        const int looked = __shfl_sync(kAllLanes, view.block, min(open + warp, kLanes - 1));
        if (warp < looks) {
            const LaneChunks ours = loadBlock(blocks, blockBytes(blocks, looked));
            const LaneChunks shown = loadBlock(blocks, blockBytes(blocks, anchor));
            const std::uint32_t toAnchor = distance<Fold>(ours, shown);
            if (lane == 0)
                distances[warp] = toAnchor;
        }
        __syncthreads();
        const std::uint32_t toAnchor = lane < looks ? distances[lane] : 0;
        const int run = lowestBit(__ballot_sync(kAllLanes, lane < looks && toAnchor > bound.raw));
        if (run >= looks) { // all of them are dropped
            write(view, open, open + looks, 0);
            error = bound.above(__shfl_sync(kAllLanes, toAnchor, looks - 1));
            return open + looks;
        }
        write(view, open, open + run + 1, 1u << (open + run));
        keep(__shfl_sync(kAllLanes, view.block, open + run));
        return open + run + 1;
    }

    /// Flags of places [begin, end) of the view, a bit each.
    __device__ void write(const View& view, int begin, int end, unsigned kept) const {
        const int thread = static_cast<int>(threadIdx.x); // the first warp writes
        if (thread >= begin && thread < end)
            blocks.kept[view.block] = kept >> thread & 1;
    }
};

template <typename Fold>
__global__ void __launch_bounds__(kWarps* kLanes)
    anchoredScanKernel(CudaBlocks blocks, ScanOrder order, ErrorBound<Fold> bound) {
    __shared__ std::uint32_t distances[2][kWarps]; // to the anchor
    const int windowEnd = (static_cast<int>(blockIdx.x) + 1) * kWindow;
    int place = static_cast<int>(blockIdx.x) * kWindow;
    Walk<Fold> walk{blocks, bound};
    bool walking = false;
    for (int buffer = 0;;) {
        const View view = viewFrom(blocks, order, bound, place);
        // Places before the first break belong to a chain from another window.
        const int begin = walking ? 0 : lowestBit(view.breaks);
        if (begin == kLanes)
            return;
        walking = true;
        // There is nothing more to do at the end of the scan and where a chain begins after this window.
        const int stop = lowestBit(view.end | (view.breaks & ~lowBits(windowEnd - place)));
        const int open = walk.followTables(view, begin, stop);
        if (open < stop) {
            place += walk.comparePixels(view, open, stop, distances[buffer]);
            buffer ^= 1;
        } else if (stop < kLanes) {
            return;
        } else {
            place += kLanes;
        }
    }
}

} // namespace

int prunescope::cuda::anchoredScan(const CudaBlocks& blocks, bool serpentine, int reduction, std::uint32_t bound,
                                   cudaStream_t stream) {
    const int count = blocks.rows * blocks.cols;
    const auto grid = static_cast<unsigned>((count + kWindow - 1) / kWindow);
    return withFold(reduction, [&](auto fold) -> int {
        using Fold = decltype(fold);
        anchoredScanKernel<Fold>
            <<<grid, kWarps * kLanes, 0, stream>>>(blocks, ScanOrder{blocks.cols, serpentine}, ErrorBound<Fold>{bound});
        return cudaGetLastError();
    });
}
