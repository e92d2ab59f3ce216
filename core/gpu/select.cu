// Which blocks stay. Where decisions don't depend on each other (keep_all, sliding, and a bound of 0, at which anchored
// and sliding are the same) each is a look into the tables of pair distances; the anchored rules have kernels of their
// own. One CTA then numbers the kept blocks: eight thousand at a time, so a 4K picture is one round.
#include "core/gpu/scan_order.cuh"
#include "core/gpu/selection.cuh"
#include "core/gpu/warp_blocks.cuh"
#include "core/kernels/cuda_method.h"

using namespace prunescope;
using namespace prunescope::cuda;

namespace {

constexpr int kWarps = 32;
constexpr int kThreads = kWarps * kLanes;
constexpr int kItems = 8; // blocks a thread decides in one round
constexpr int kGroups = kItems * kWarps;
constexpr int kLaneGroups = kGroups / kLanes;

// Rules: whether block `i` is kept.

struct AllKept {
    __device__ bool operator()(const CudaBlocks&, int) const { return true; }
};

struct AlreadyDecided {
    __device__ bool operator()(const CudaBlocks& blocks, int i) const { return blocks.kept[i]; }
};

struct ScanKept {
    ScanOrder order;
    std::uint32_t bound;
    __device__ bool operator()(const CudaBlocks& blocks, int i) const {
        return i == 0 || order.step(blocks, i) > bound;
    }
};

/// Pixelprune spec 2.3 on original blocks: A is left, B is up, C is up and left.
struct Pred2DKept {
    std::uint32_t bound;
    __device__ bool operator()(const CudaBlocks& blocks, int i) const {
        const int row = i / blocks.cols, col = i % blocks.cols;
        // All four are read at once, whether needed or not: waiting twice would take longer.
        const std::uint32_t toLeft = blocks.left[i], toUp = blocks.up[i];
        const std::uint32_t cornerToLeft = blocks.up[max(i - 1, 0)];
        const std::uint32_t cornerToUp = blocks.left[max(i - blocks.cols, 0)];
        const bool inside = row > 0 && col > 0;
        const bool followsUp = row > 0 && (!inside || (cornerToLeft <= bound && cornerToUp > bound));
        return i == 0 || (followsUp && (inside || col == 0) ? toUp : toLeft) > bound;
    }
};

/// Turns counts of `kGroups` groups into the number of kept blocks before each group; the sum of all is returned.
/// Called by one warp.
__device__ int numberGroups(int* groups) {
    const int lane = static_cast<int>(threadIdx.x) % kLanes;
    int mine = 0;
    for (int k = 0; k < kLaneGroups; ++k)
        mine += groups[lane * kLaneGroups + k];
    int upTo = mine;
    for (int step = 1; step < kLanes; step *= 2) {
        const int before = __shfl_up_sync(kAllLanes, upTo, step);
        if (lane >= step)
            upTo += before;
    }
    int next = upTo - mine;
    for (int k = 0; k < kLaneGroups; ++k) {
        const int here = groups[lane * kLaneGroups + k];
        groups[lane * kLaneGroups + k] = next;
        next += here;
    }
    return __shfl_sync(kAllLanes, upTo, kLanes - 1);
}

/// Fills `kept` and `indices`. One CTA.
template <typename Rule>
__global__ void __launch_bounds__(kThreads) selectKernel(CudaBlocks blocks, Rule rule) {
    __shared__ int groups[kGroups]; // a group is what a warp decides together
    __shared__ int keptHere;
    const int thread = static_cast<int>(threadIdx.x), warp = thread / kLanes, lane = thread % kLanes;
    const int count = blocks.rows * blocks.cols;
    const unsigned before = (1u << lane) - 1;
    std::int32_t* next = blocks.indices + 1;
    for (int start = 0; start < count; start += kThreads * kItems) {
        bool keep[kItems];
#pragma unroll
        for (int k = 0; k < kItems; ++k) {
            const int i = start + k * kThreads + thread;
            keep[k] = rule(blocks, min(i, count - 1)) && i < count;
        }
        unsigned votes[kItems];
#pragma unroll
        for (int k = 0; k < kItems; ++k) {
            votes[k] = __ballot_sync(kAllLanes, keep[k]);
            if (lane == 0)
                groups[k * kWarps + warp] = __popc(votes[k]);
        }
        __syncthreads();
        if (warp == 0) {
            const int total = numberGroups(groups);
            if (lane == 0)
                keptHere = total;
        }
        __syncthreads();
#pragma unroll
        for (int k = 0; k < kItems; ++k) {
            const int i = start + k * kThreads + thread;
            if (keep[k])
                next[groups[k * kWarps + warp] + __popc(votes[k] & before)] = i;
            if (i < count)
                blocks.kept[i] = keep[k];
        }
        next += keptHere;
        __syncthreads(); // `groups` and `keptHere` are written again
    }
    if (thread == 0)
        blocks.indices[0] = static_cast<std::int32_t>(next - (blocks.indices + 1));
}

template <typename Rule>
int launch(const CudaBlocks& blocks, Rule rule, cudaStream_t stream) {
    selectKernel<<<1, kThreads, 0, stream>>>(blocks, rule);
    return cudaGetLastError();
}

int selectIndependent(const CudaBlocks& blocks, CudaMethod method, std::uint32_t bound, cudaStream_t stream) {
    switch (method) {
    case CudaMethod::KeepAll:
        return launch(blocks, AllKept{}, stream);
    case CudaMethod::Raster:
        return launch(blocks, ScanKept{{blocks.cols, false}, bound}, stream);
    case CudaMethod::Serpentine:
        return launch(blocks, ScanKept{{blocks.cols, true}, bound}, stream);
    case CudaMethod::Pred2D:
        return launch(blocks, Pred2DKept{bound}, stream);
    }
    return cudaErrorInvalidValue;
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_select(const CudaBlocks* blocks, int method, int reduction, std::uint32_t bound,
                                       int anchored, void* stream) {
    const auto chosen = static_cast<CudaMethod>(method);
    const auto on = static_cast<cudaStream_t>(stream);
    if (!anchored || bound == 0 || chosen == CudaMethod::KeepAll)
        return selectIndependent(*blocks, chosen, bound, on);
    const int error = chosen == CudaMethod::Pred2D
                          ? anchoredPred2D(*blocks, reduction, bound, on)
                          : anchoredScan(*blocks, chosen == CudaMethod::Serpentine, reduction, bound, on);
    return error == cudaSuccess ? launch(*blocks, AlreadyDecided{}, on) : error;
}

PRUNESCOPE_IS_MEMBER(prunescope_select, select);
