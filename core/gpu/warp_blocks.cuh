// What a warp does with whole blocks. A block is 32 rows of 96 bytes, so 192 chunks of 16 bytes, six a lane: every load
// is wide, and a row of a block is three full sectors of memory.
#pragma once

#include "core/gpu/cuda_kernels.h"
#include "core/kernels/block_distance.h"

#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>
#include <type_traits>

namespace prunescope::cuda {

constexpr int kSidePx = kCudaGeometry.blockPx(); // of a block
static_assert(kSidePx == 32);
constexpr int kBlockRowBytes = kSidePx * 3;
constexpr int kLanes = 32;
constexpr unsigned kAllLanes = 0xffffffffu;
constexpr int kChunkBytes = 16;
constexpr int kRowChunks = kBlockRowBytes / kChunkBytes;
constexpr int kLaneChunks = kSidePx * kRowChunks / kLanes;

/// A lane's share of the bytes of a block.
struct LaneChunks {
    uint4 chunk[kLaneChunks];
};

/// First byte of a block of the picture.
__device__ inline const std::uint8_t* blockBytes(const CudaBlocks& blocks, int row, int col) {
    const std::size_t rowBytes = static_cast<std::size_t>(blocks.cols) * kBlockRowBytes;
    return blocks.picture + static_cast<std::size_t>(row) * kSidePx * rowBytes + col * kBlockRowBytes;
}

__device__ inline const std::uint8_t* blockBytes(const CudaBlocks& blocks, int index) {
    return blockBytes(blocks, index / blocks.cols, index % blocks.cols);
}

__device__ inline LaneChunks loadBlock(const CudaBlocks& blocks, const std::uint8_t* block) {
    const unsigned lane = threadIdx.x % kLanes;
    const unsigned rowBytes = static_cast<unsigned>(blocks.cols) * kBlockRowBytes; // 32 rows fit 32 bits
    LaneChunks mine;
#pragma unroll
    for (unsigned k = 0; k < kLaneChunks; ++k) {
        const unsigned at = lane + k * kLanes;
        const unsigned offset = at / kRowChunks * rowBytes + at % kRowChunks * kChunkBytes;
        mine.chunk[k] = *reinterpret_cast<const uint4*>(block + offset);
    }
    return mine;
}

// How differences become one number: `add` takes four samples of each block, `finish` is called by a whole warp.

struct MaxFold {
    static constexpr bool kRoot = false; ///< the distance is a norm as it is
    static __device__ std::uint32_t add(std::uint32_t sofar, std::uint32_t a, std::uint32_t b) {
        return __vmaxu4(sofar, __vabsdiffu4(a, b));
    }
    static __device__ std::uint32_t finish(std::uint32_t mine) {
        const std::uint32_t two = __vmaxu4(mine, mine >> 16), one = __vmaxu4(two, two >> 8);
        return __reduce_max_sync(kAllLanes, one & 0xffu);
    }
};

struct SumFold {
    static constexpr bool kRoot = false;
    static __device__ std::uint32_t add(std::uint32_t sofar, std::uint32_t a, std::uint32_t b) {
        return sofar + __vsadu4(a, b);
    }
    static __device__ std::uint32_t finish(std::uint32_t mine) { return __reduce_add_sync(kAllLanes, mine); }
};

struct SquaresFold {
    static constexpr bool kRoot = true; ///< the root of the distance is a norm
    static __device__ std::uint32_t add(std::uint32_t sofar, std::uint32_t a, std::uint32_t b) {
        const std::uint32_t difference = __vabsdiffu4(a, b);
        return __dp4a(difference, difference, sofar);
    }
    static __device__ std::uint32_t finish(std::uint32_t mine) { return __reduce_add_sync(kAllLanes, mine); }
};

/// Fold for pair distances that tell only equal from different: it has no norm.
struct EqualityFold {
    static __device__ std::uint32_t add(std::uint32_t sofar, std::uint32_t a, std::uint32_t b) {
        return sofar | (a ^ b);
    }
    static __device__ std::uint32_t finish(std::uint32_t mine) { return __reduce_or_sync(kAllLanes, mine); }
};

/// Distance of two blocks that the warp has loaded, on every lane.
template <typename Fold>
__device__ std::uint32_t distance(const LaneChunks& a, const LaneChunks& b) {
    std::uint32_t sofar = 0;
#pragma unroll
    for (int k = 0; k < kLaneChunks; ++k) {
        sofar = Fold::add(sofar, a.chunk[k].x, b.chunk[k].x);
        sofar = Fold::add(sofar, a.chunk[k].y, b.chunk[k].y);
        sofar = Fold::add(sofar, a.chunk[k].z, b.chunk[k].z);
        sofar = Fold::add(sofar, a.chunk[k].w, b.chunk[k].w);
    }
    return Fold::finish(sofar);
}

/// Calls `launch` with the fold of a Reduction; cudaErrorInvalidValue where there is none.
template <typename Launch>
int withFold(int reduction, Launch launch) {
    switch (reduction) {
    case static_cast<int>(Reduction::Max):
        return launch(MaxFold{});
    case static_cast<int>(Reduction::Sum):
        return launch(SumFold{});
    case static_cast<int>(Reduction::Squares):
        return launch(SquaresFold{});
    default:
        return cudaErrorInvalidValue;
    }
}

} // namespace prunescope::cuda

/// Entry points have plain C names and are the library's only visible symbols.
#define PRUNESCOPE_ENTRY extern "C" __attribute__((visibility("default")))
/// The entry point `name` is what the member of CudaKernels expects.
#define PRUNESCOPE_IS_MEMBER(name, member)                                                                             \
    static_assert(std::is_same_v<decltype(&name), decltype(prunescope::CudaKernels::member)>)
