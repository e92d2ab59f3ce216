// `resizeBicubic` on the GPU, to the byte: fixed-point filter taps, the horizontal pass to bytes before the vertical
// one. The picture between the passes is never written out. A CTA makes a tile of the output and goes through the input
// rows that the tile needs a strip at a time: it resizes the strip horizontally into shared memory, then adds it to the
// sums of the tile's pixels, which stay in registers. Integer sums don't care about the order, so any factor works with
// the same little memory. Where only the height changes, which is usual at 4K, a leaner kernel reads 16 bytes at a
// time.
#include "core/gpu/ptx.cuh"
#include "core/gpu/warp_blocks.cuh"

using namespace prunescope;
using namespace prunescope::cuda;

namespace {

constexpr int kThreads = 256;
constexpr int kWordBytes = 4;

__device__ int half(int precision) {
    return precision > 0 ? 1 << (precision - 1) : 0;
}

__device__ std::uint32_t toByte(int sum, int precision) {
    return static_cast<std::uint32_t>(min(max(sum >> precision, 0), 255));
}

__device__ std::uint32_t toWord(const int* sums, int precision) {
    return toByte(sums[0], precision) | toByte(sums[1], precision) << 8 | toByte(sums[2], precision) << 16 |
           toByte(sums[3], precision) << 24;
}

// ---- height only ----

constexpr int kColumnThreads = 32; // chunks of 16 bytes side by side
constexpr int kRowThreads = kThreads / kColumnThreads;
constexpr int kRowsEach = 4; // rows a thread makes, `kRowThreads` apart: neighbours share input rows in the cache

/// Adds two rows of four samples under a pair of weights.
__device__ void addPair(int* sums, std::uint32_t upper, std::uint32_t lower, std::uint32_t weights) {
    const std::uint32_t low = __byte_perm(upper, lower, 0x5140);  // samples 0 and 1, upper and lower in turn
    const std::uint32_t high = __byte_perm(upper, lower, 0x7362); // samples 2 and 3
    sums[0] = dotLowBytes(weights, low, sums[0]);
    sums[1] = dotHighBytes(weights, low, sums[1]);
    sums[2] = dotLowBytes(weights, high, sums[2]);
    sums[3] = dotHighBytes(weights, high, sums[3]);
}

/// Rows of `rowBytes`, a multiple of 16.
__global__ void __launch_bounds__(kThreads) resizeHeightKernel(CudaResize resize, std::size_t rowBytes) {
    const std::size_t column = (static_cast<std::size_t>(blockIdx.x) * kColumnThreads + threadIdx.x) * kChunkBytes;
    if (column >= rowBytes)
        return;
    const CudaTaps& taps = resize.y;
    int y = static_cast<int>(blockIdx.y) * kRowThreads * kRowsEach + static_cast<int>(threadIdx.y);
#pragma unroll 1
    for (int k = 0; k < kRowsEach && y < resize.outHeight; ++k, y += kRowThreads) {
        int sums[kChunkBytes];
#pragma unroll
        for (int& sum : sums)
            sum = half(taps.precision);
        const int first = taps.first[y], count = taps.count[y];
        const std::int16_t* weights = taps.weights + static_cast<std::size_t>(y) * static_cast<std::size_t>(taps.width);
        // Four taps are what a factor near 1 has.
#pragma unroll 2
        for (int j = 0; j < count; j += 2) {
            const std::uint8_t* row = resize.in + static_cast<std::size_t>(first + j) * rowBytes + column;
            // After an odd count follows a weight of 0, for which any row will do.
            const uint4 upper = *reinterpret_cast<const uint4*>(row);
            const uint4 lower = *reinterpret_cast<const uint4*>(j + 1 < count ? row + rowBytes : row);
            const std::uint32_t pair = *reinterpret_cast<const std::uint32_t*>(weights + j);
            addPair(sums, upper.x, lower.x, pair);
            addPair(sums + 4, upper.y, lower.y, pair);
            addPair(sums + 8, upper.z, lower.z, pair);
            addPair(sums + 12, upper.w, lower.w, pair);
        }
        *reinterpret_cast<uint4*>(resize.out + static_cast<std::size_t>(y) * rowBytes + column) =
            make_uint4(toWord(sums, taps.precision), toWord(sums + 4, taps.precision), toWord(sums + 8, taps.precision),
                       toWord(sums + 12, taps.precision));
    }
}

int launchHeight(const CudaResize& resize, cudaStream_t stream) {
    const std::size_t rowBytes = static_cast<std::size_t>(resize.outWidth) * 3;
    constexpr std::size_t kBytes = kColumnThreads * kChunkBytes;
    constexpr int kRows = kRowThreads * kRowsEach;
    const dim3 grid(static_cast<unsigned>((rowBytes + kBytes - 1) / kBytes),
                    static_cast<unsigned>((resize.outHeight + kRows - 1) / kRows));
    resizeHeightKernel<<<grid, dim3(kColumnThreads, kRowThreads), 0, stream>>>(resize, rowBytes);
    return cudaGetLastError();
}

// ---- both axes ----

constexpr int kTilePx = 64;
constexpr int kTileWords = kTilePx * 3 / kWordBytes;
constexpr int kMostTileRows = 32;
constexpr int kItems = kMostTileRows * kTileWords / kThreads; // words of the tile that a thread makes
constexpr int kStripRows = 40;                                // rows of the input at a time
constexpr int kEnoughTiles = 256;                             // tiles that keep a large GPU busy

/// Input rows [top, top + rows), resized horizontally for the pixels of a tile from `left` on.
__device__ void fillStrip(const CudaResize& resize, int left, int top, int rows, std::uint32_t* strip) {
    const CudaTaps& taps = resize.x;
    auto* bytes = reinterpret_cast<std::uint8_t*>(strip);
    for (int item = static_cast<int>(threadIdx.x); item < rows * kTilePx; item += kThreads) {
        const int row = item / kTilePx, px = item % kTilePx, x = left + px;
        if (x >= resize.outWidth)
            continue;
        const std::uint8_t* in =
            resize.in + (static_cast<std::size_t>(top + row) * static_cast<std::size_t>(resize.inWidth) +
                         static_cast<std::size_t>(taps.first[x])) *
                            3;
        const std::int16_t* weights = taps.weights + static_cast<std::size_t>(x) * static_cast<std::size_t>(taps.width);
        int r = half(taps.precision), g = r, b = r;
        for (int j = 0; j < taps.count[x]; ++j, in += 3) {
            const int weight = weights[j];
            r += in[0] * weight;
            g += in[1] * weight;
            b += in[2] * weight;
        }
        std::uint8_t* out = bytes + row * kTileWords * kWordBytes + px * 3;
        out[0] = static_cast<std::uint8_t>(toByte(r, taps.precision));
        out[1] = static_cast<std::uint8_t>(toByte(g, taps.precision));
        out[2] = static_cast<std::uint8_t>(toByte(b, taps.precision));
    }
}

/// Adds what rows [top, top + rows) give to output row `y`: four samples from `word` of the strip on.
__device__ void addStrip(const CudaTaps& taps, int y, int top, int rows, const std::uint32_t* word, int* sums) {
    const int first = taps.first[y];
    const int from = max(first, top), to = min(first + taps.count[y], top + rows);
    const std::int16_t* weights = taps.weights + static_cast<std::size_t>(y) * static_cast<std::size_t>(taps.width);
    for (int row = from; row < to; ++row) {
        const std::uint32_t samples = word[(row - top) * kTileWords];
        const int weight = weights[row - first];
#pragma unroll
        for (int k = 0; k < kWordBytes; ++k)
            sums[k] += static_cast<int>(samples >> 8 * k & 0xffu) * weight;
    }
}

/// Four samples of output row `y` from byte `at` of the row on, as far as the row goes.
__device__ void storeWord(const CudaResize& resize, int y, int at, std::uint32_t samples) {
    const int rowBytes = resize.outWidth * 3;
    std::uint8_t* out = resize.out + static_cast<std::size_t>(y) * static_cast<std::size_t>(rowBytes) + at;
    if (rowBytes % kWordBytes == 0 && at < rowBytes)
        *reinterpret_cast<std::uint32_t*>(out) = samples;
    else
        for (int k = 0; k < min(kWordBytes, rowBytes - at); ++k)
            out[k] = static_cast<std::uint8_t>(samples >> 8 * k);
}

__global__ void __launch_bounds__(kThreads) resizeTileKernel(CudaResize resize, int tileRows) {
    __shared__ std::uint32_t strip[kStripRows * kTileWords];
    const CudaTaps& taps = resize.y;
    const int thread = static_cast<int>(threadIdx.x);
    const int left = static_cast<int>(blockIdx.x) * kTilePx;
    const int upper = static_cast<int>(blockIdx.y) * tileRows, lower = min(upper + tileRows, resize.outHeight);
    int sums[kItems][kWordBytes];
#pragma unroll
    for (int item = 0; item < kItems; ++item)
#pragma unroll
        for (int k = 0; k < kWordBytes; ++k)
            sums[item][k] = half(taps.precision);
    const int end = taps.first[lower - 1] + taps.count[lower - 1]; // later rows begin and end no earlier
    for (int top = taps.first[upper]; top < end; top += kStripRows) {
        const int rows = min(kStripRows, end - top);
        fillStrip(resize, left, top, rows, strip);
        __syncthreads();
#pragma unroll
        for (int item = 0; item < kItems; ++item) {
            const int at = item * kThreads + thread, y = upper + at / kTileWords;
            if (y < lower)
                addStrip(taps, y, top, rows, strip + at % kTileWords, sums[item]);
        }
        __syncthreads();
    }
#pragma unroll
    for (int item = 0; item < kItems; ++item) {
        const int at = item * kThreads + thread, y = upper + at / kTileWords;
        if (y < lower)
            storeWord(resize, y, left * 3 + at % kTileWords * kWordBytes, toWord(sums[item], taps.precision));
    }
}

int launchTiles(const CudaResize& resize, cudaStream_t stream) {
    const int across = (resize.outWidth + kTilePx - 1) / kTilePx;
    const auto down = [&](int tileRows) { return (resize.outHeight + tileRows - 1) / tileRows; };
    int tileRows = kMostTileRows;
    while (tileRows > 8 && across * down(tileRows) < kEnoughTiles)
        tileRows /= 2;
    const dim3 grid(static_cast<unsigned>(across), static_cast<unsigned>(down(tileRows)));
    resizeTileKernel<<<grid, kThreads, 0, stream>>>(resize, tileRows);
    return cudaGetLastError();
}

} // namespace

PRUNESCOPE_ENTRY int prunescope_resize(const CudaResize* resize, void* stream) {
    const auto on = static_cast<cudaStream_t>(stream);
    const bool heightOnly = resize->inWidth == resize->outWidth && resize->outWidth * 3 % kChunkBytes == 0;
    return heightOnly ? launchHeight(*resize, on) : launchTiles(*resize, on);
}

PRUNESCOPE_IS_MEMBER(prunescope_resize, resize);
