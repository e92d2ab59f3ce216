// Bytes of kept blocks -> normalised patch rows, without a float copy of the picture. A CTA brings a block into shared
// memory with wide loads; a thread then makes 16 bytes of a patch row at a time and stores them twice, because the
// encoder sees a still image as two equal frames. The blocks lie one after the other, or still in the picture; then
// which ones are kept, and how many, is read on the device, so that nothing has to wait for the host.
#include "core/gpu/patch_values.cuh"
#include "core/gpu/warp_blocks.cuh"

using namespace prunescope;
using namespace prunescope::cuda;

namespace {

constexpr int kPatchSide = kCudaGeometry.patchPx;
constexpr int kPlane = kPatchSide * kPatchSide;
constexpr int kPatches = kCudaGeometry.patchesPerBlock();
static_assert(kCudaGeometry.merge == 2 && kCudaGeometry.frames == 2);
constexpr int kRowValues = 3 * 2 * kPlane;
constexpr int kBlockChunks = kSidePx * kRowChunks;
constexpr int kThreads = 192;
constexpr int kChunkWords = kChunkBytes / 4;
constexpr int kTileRowWords = kBlockRowBytes / 4 + 1; // one more than needed: rows below each other in other banks
constexpr std::int64_t kMostCtas = 4096;              // each takes several blocks where there are more

/// [count, 32, 32, 3], one after the other.
struct GatheredBlocks {
    const std::uint8_t* bytes;
    std::int64_t count;
    __device__ std::int64_t size() const { return count; }
    __device__ const std::uint8_t* row(std::int64_t at, int y) const {
        return bytes + at * kSidePx * kBlockRowBytes + y * kBlockRowBytes;
    }
};

/// The kept blocks where they are.
struct KeptBlocks {
    CudaBlocks blocks;
    std::int64_t capacity;
    __device__ std::int64_t size() const { return min(static_cast<std::int64_t>(blocks.indices[0]), capacity); }
    __device__ const std::uint8_t* row(std::int64_t at, int y) const {
        return blockBytes(blocks, blocks.indices[1 + at]) +
               static_cast<std::size_t>(y) * static_cast<std::size_t>(blocks.cols) * kBlockRowBytes;
    }
};

/// 32 rows of a block into shared memory.
template <typename Blocks>
__device__ void loadTile(const Blocks& blocks, std::int64_t at, std::uint32_t* tile) {
    for (int chunk = static_cast<int>(threadIdx.x); chunk < kBlockChunks; chunk += kThreads) {
        const int y = chunk / kRowChunks, x = chunk % kRowChunks;
        const uint4 bytes = *reinterpret_cast<const uint4*>(blocks.row(at, y) + x * kChunkBytes);
        std::uint32_t* out = tile + y * kTileRowWords + x * kChunkWords;
        out[0] = bytes.x;
        out[1] = bytes.y;
        out[2] = bytes.z;
        out[3] = bytes.w;
    }
}

/// blocks -> rows [4 * size, channel 3, frame 2, row 16, column 16]
template <typename Value, typename Blocks>
__global__ void __launch_bounds__(kThreads) patchRowsKernel(Blocks blocks, Value* rows) {
    constexpr int kValues = kChunkBytes / sizeof(Value); // made at a time
    constexpr int kVectors = kPatches * 3 * kPlane / kValues;
    __shared__ std::uint32_t tile[kSidePx * kTileRowWords];
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(tile);
    const std::int64_t size = blocks.size();
    for (std::int64_t at = blockIdx.x; at < size; at += gridDim.x) {
        loadTile(blocks, at, tile);
        __syncthreads();
        for (int vector = static_cast<int>(threadIdx.x); vector < kVectors; vector += kThreads) {
            const int first = vector * kValues, inPlane = first % kPlane;
            const int channel = first / kPlane % 3, patch = first / (3 * kPlane);
            const int y = patch / 2 * kPatchSide + inPlane / kPatchSide,
                      x = patch % 2 * kPatchSide + inPlane % kPatchSide;
            const std::uint8_t* samples = bytes + y * kTileRowWords * 4 + x * 3 + channel;
            const uint4 values = normalisedValues<Value>(samples);
            Value* out = rows + (at * kPatches + patch) * kRowValues + channel * 2 * kPlane + inPlane;
            *reinterpret_cast<uint4*>(out) = values;
            *reinterpret_cast<uint4*>(out + kPlane) = values;
        }
        __syncthreads(); // the tile is filled again
    }
}

template <typename Blocks>
int launch(const Blocks& blocks, std::int64_t most, int rowType, void* rows, cudaStream_t stream) {
    if (most == 0)
        return cudaSuccess;
    const auto grid = static_cast<unsigned>(most < kMostCtas ? most : kMostCtas);
    if (rowType == 0)
        patchRowsKernel<<<grid, kThreads, 0, stream>>>(blocks, static_cast<float*>(rows));
    else
        patchRowsKernel<<<grid, kThreads, 0, stream>>>(blocks, static_cast<__nv_bfloat16*>(rows));
    return cudaGetLastError();
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_patch_rows(const std::uint8_t* blocks, std::int64_t count, int rowType, void* rows,
                                           void* stream) {
    return launch(GatheredBlocks{blocks, count}, count, rowType, rows, static_cast<cudaStream_t>(stream));
}

PRUNESCOPE_ENTRY int prunescope_kept_rows(const CudaBlocks* blocks, std::int64_t capacity, int rowType, void* rows,
                                          void* stream) {
    const std::int64_t count = static_cast<std::int64_t>(blocks->rows) * blocks->cols;
    return launch(KeptBlocks{*blocks, capacity}, count < capacity ? count : capacity, rowType, rows,
                  static_cast<cudaStream_t>(stream));
}

PRUNESCOPE_IS_MEMBER(prunescope_patch_rows, patchRows);
PRUNESCOPE_IS_MEMBER(prunescope_kept_rows, keptRows);
