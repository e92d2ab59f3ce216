// Bytes of kept blocks -> normalised patch rows, without a float copy of the picture. A thread writes one sample of one
// patch, twice: the encoder sees a still image as two equal frames. Threads run along the row, so writes are coalesced
// and the 3-byte steps of the reads stay within a few cache lines.
#include <cstdint>
#include <cuda_bf16.h>
#include <cuda_runtime.h>

namespace {

constexpr int kPatchPx = 16;
constexpr int kBlockPx = 32;
constexpr int kPlane = kPatchPx * kPatchPx;
constexpr int kSamples = 3 * kPlane; // of a patch, one frame
constexpr int kPatchesPerBlock = 4;
constexpr int kThreads = 256;

__device__ void store(float* row, int at, float value) {
    row[at] = value;
}

__device__ void store(__nv_bfloat16* row, int at, float value) {
    row[at] = __float2bfloat16_rn(value);
}

/// blocks [count, 32, 32, 3] -> rows [4 * count, 3, 2, 16, 16]
template <typename Value>
__global__ void patchRowsKernel(const std::uint8_t* blocks, std::int64_t samples, Value* rows) {
    const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * kThreads + threadIdx.x;
    if (i >= samples)
        return;
    const std::int64_t patch = i / kSamples;
    const int inPatch = static_cast<int>(i % kSamples);
    const int channel = inPatch / kPlane, y = inPatch % kPlane / kPatchPx, x = inPatch % kPatchPx;
    const int corner = static_cast<int>(patch % kPatchesPerBlock);
    const int row = corner / 2 * kPatchPx + y, col = corner % 2 * kPatchPx + x;
    const std::uint8_t* block = blocks + patch / kPatchesPerBlock * (kBlockPx * kBlockPx * 3);
    const float value = (static_cast<float>(block[(row * kBlockPx + col) * 3 + channel]) - 127.5f) / 127.5f;
    Value* out = rows + patch * (2 * kSamples);
    const int at = channel * 2 * kPlane + y * kPatchPx + x;
    store(out, at, value);
    store(out, at + kPlane, value);
}

template <typename Value>
int launch(const std::uint8_t* blocks, std::int64_t count, void* rows, cudaStream_t stream) {
    const std::int64_t samples = count * kPatchesPerBlock * kSamples;
    if (samples == 0)
        return cudaSuccess;
    const auto grid = static_cast<unsigned>((samples + kThreads - 1) / kThreads);
    patchRowsKernel<<<grid, kThreads, 0, stream>>>(blocks, samples, static_cast<Value*>(rows));
    return cudaGetLastError();
}

} // namespace

extern "C" __attribute__((visibility("default"))) int
prunescope_patch_rows(const std::uint8_t* blocks, std::int64_t count, int rowType, void* rows, void* stream) {
    const auto on = static_cast<cudaStream_t>(stream);
    return rowType == 0 ? launch<float>(blocks, count, rows, on) : launch<__nv_bfloat16>(blocks, count, rows, on);
}
