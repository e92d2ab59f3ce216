// Products of matrix rows with one vector: a warp takes a row and keeps kChunks loads of 16 bytes a lane in flight: all
// of a row of 2048 bfloat16 weights. A chunk is what a warp reads with one such load. The vector lies in shared memory
// as float32, in the order in which lanes want it: all first quarters (four values) of the lanes' columns, then all
// second ones, so that no two lanes meet in a bank.
#pragma once

#include "model/kernels/values.cuh"

#include <cuda_fp16.h>

namespace prunescope::model::cuda {

/// Up to three matrices of one type and width, one below the other.
struct StackedRows {
    MatrixView parts[3];
    int count = 0;
};

/// The part that holds `row`, and the row's number in it.
__device__ inline const MatrixView& partOf(const StackedRows& stacked, std::int64_t& row) {
    int part = 0;
    while (part + 1 < stacked.count && row >= stacked.parts[part].rows)
        row -= stacked.parts[part++].rows;
    return stacked.parts[part];
}

// Formats of weights: what a lane does with its 16 bytes of a chunk.

template <WeightType type>
struct RowFormat;

template <>
struct RowFormat<WeightType::Float32> {
    static constexpr int kChunks = 8;
    static constexpr int kColumns = 4;
    static constexpr bool kHasScales = false, kNeedsSums = false, kRowScale = false;
    static __device__ float dot(uint4 packed, const float4* x) {
        const float4 v = x[0];
        float sum = __uint_as_float(packed.x) * v.x;
        sum = fmaf(__uint_as_float(packed.y), v.y, sum);
        sum = fmaf(__uint_as_float(packed.z), v.z, sum);
        return fmaf(__uint_as_float(packed.w), v.w, sum);
    }
};

template <>
struct RowFormat<WeightType::BFloat16> {
    static constexpr int kChunks = 8;
    static constexpr int kColumns = 8;
    static constexpr bool kHasScales = false, kNeedsSums = false, kRowScale = false;
    static __device__ float dot(uint4 packed, const float4* x) {
        const float4 v = x[0], w = x[kLanes];
        float sum = lowHalf(packed.x) * v.x;
        sum = fmaf(highHalf(packed.x), v.y, sum);
        sum = fmaf(lowHalf(packed.y), v.z, sum);
        sum = fmaf(highHalf(packed.y), v.w, sum);
        sum = fmaf(lowHalf(packed.z), w.x, sum);
        sum = fmaf(highHalf(packed.z), w.y, sum);
        sum = fmaf(lowHalf(packed.w), w.z, sum);
        return fmaf(highHalf(packed.w), w.w, sum);
    }
};

template <>
struct RowFormat<WeightType::Int8> {
    static constexpr int kChunks = 8;
    static constexpr int kColumns = 16;
    static constexpr bool kHasScales = false, kNeedsSums = false, kRowScale = true;
    /// Byte `at` of four signed ones whose sign bits are flipped: placed below 2^23, it needs no conversion.
    template <int at>
    static __device__ float value(std::uint32_t flipped) {
        return __uint_as_float(__byte_perm(flipped, 0x4b000000u, 0x7540 | at)) - (8388608.0f + 128.0f);
    }
    static __device__ float four(std::uint32_t word, float4 v, float sum) {
        const std::uint32_t flipped = word ^ 0x80808080u;
        sum = fmaf(value<0>(flipped), v.x, sum);
        sum = fmaf(value<1>(flipped), v.y, sum);
        sum = fmaf(value<2>(flipped), v.z, sum);
        return fmaf(value<3>(flipped), v.w, sum);
    }
    static __device__ float dot(uint4 packed, const float4* x) {
        float sum = four(packed.x, x[0], 0.0f);
        sum = four(packed.y, x[kLanes], sum);
        sum = four(packed.z, x[2 * kLanes], sum);
        return four(packed.w, x[3 * kLanes], sum);
    }
};

/// A lane's 16 bytes are one group. With values 128 + q, which need no conversion, the sum over a group of
/// (q * scale + low) * x is scale * sum((128 + q) * x) + (low - 128 * scale) * sum(x).
template <>
struct RowFormat<WeightType::Int4> {
    static constexpr int kChunks = 4;
    static constexpr int kColumns = 32;
    static constexpr bool kHasScales = true, kNeedsSums = true, kRowScale = false;
    static constexpr float kBias = 128.0f;
    /// Bits 16..19 as 128 + q.
    static __device__ float value(std::uint32_t shifted) {
        return __uint_as_float((shifted & 0x000f0000u) | 0x43000000u);
    }
    static __device__ float word(std::uint32_t packed, float4 low, float4 high, float sum) {
        sum = fmaf(value(packed << 16), low.x, sum);
        sum = fmaf(value(packed << 12), high.x, sum);
        sum = fmaf(value(packed << 8), low.y, sum);
        sum = fmaf(value(packed << 4), high.y, sum);
        sum = fmaf(value(packed), low.z, sum);
        sum = fmaf(value(packed >> 4), high.z, sum);
        sum = fmaf(value(packed >> 8), low.w, sum);
        return fmaf(value(packed >> 12), high.w, sum);
    }
    static __device__ float dot(uint4 packed, const float4* x) {
        float sum = word(packed.x, x[0], x[4 * kLanes], 0.0f);
        sum = word(packed.y, x[kLanes], x[5 * kLanes], sum);
        sum = word(packed.z, x[2 * kLanes], x[6 * kLanes], sum);
        return word(packed.w, x[3 * kLanes], x[7 * kLanes], sum);
    }
    static __device__ std::uint32_t scalesOf(const MatrixView& matrix, std::int64_t row, int load) {
        return __ldcs(static_cast<const std::uint32_t*>(matrix.scales) + row * (matrix.cols / kColumns) + load);
    }
    /// `scales`: bfloat16 scale and low; `sumX`: of the group's columns.
    static __device__ float ofGroup(float sum, std::uint32_t scales, float sumX) {
        const float scale = lowHalf(scales), low = highHalf(scales);
        return fmaf(scale, sum, fmaf(-kBias, scale, low) * sumX);
    }
};

/// The scale of a number of Fp8.
__device__ inline float gridScale(const MatrixView& matrix, std::int64_t row, int col) {
    const auto cols = static_cast<int>(matrix.cols), width = static_cast<int>(matrix.scaleCols);
    const int across = (cols + width - 1) / width;
    const std::int64_t above = matrix.scaleRows == 1 ? row : row / matrix.scaleRows;
    return static_cast<const float*>(matrix.scales)[above * across + (across == 1 ? 0 : col / width)];
}

/// A lane's 16 numbers have one scale. As binary16, an E4M3FN number has its sign and, seven places higher, its other
/// bits, and is 2^-8 of what it was.
template <>
struct RowFormat<WeightType::Fp8> {
    static constexpr int kChunks = 8;
    static constexpr int kColumns = 16;
    static constexpr bool kHasScales = true, kNeedsSums = false, kRowScale = false;
    static constexpr float kFactor = 256.0f;
    /// Two numbers, each in the upper byte of a half word.
    static __device__ float2 two(std::uint32_t raised) {
        const std::uint32_t bits = (raised & 0x80008000u) | ((raised & 0x7f007f00u) >> 1);
        return __half22float2(*reinterpret_cast<const __half2*>(&bits));
    }
    static __device__ float four(std::uint32_t word, float4 v, float sum) {
        const float2 first = two(__byte_perm(word, 0u, 0x1404)), second = two(__byte_perm(word, 0u, 0x3424));
        sum = fmaf(first.x, v.x, sum);
        sum = fmaf(first.y, v.y, sum);
        sum = fmaf(second.x, v.z, sum);
        return fmaf(second.y, v.w, sum);
    }
    static __device__ float dot(uint4 packed, const float4* x) {
        float sum = four(packed.x, x[0], 0.0f);
        sum = four(packed.y, x[kLanes], sum);
        sum = four(packed.z, x[2 * kLanes], sum);
        return four(packed.w, x[3 * kLanes], sum);
    }
    static __device__ std::uint32_t scalesOf(const MatrixView& matrix, std::int64_t row, int load) {
        return __float_as_uint(gridScale(matrix, row, load * kColumns));
    }
    static __device__ float ofGroup(float sum, std::uint32_t scale, float) {
        return sum * (__uint_as_float(scale) * kFactor);
    }
};

/// A vector of `cols` values in shared memory, with the sums of its groups after it.
template <typename Format>
struct StagedVector {
    static constexpr int kLaneQuads = Format::kColumns / 4;
    static constexpr int kChunkQuads = kLanes * kLaneQuads;

    static __host__ __device__ int chunks(int cols) {
        const int chunkCols = kLanes * Format::kColumns;
        return (cols + chunkCols - 1) / chunkCols;
    }
    static std::size_t sizeBytes(int cols) {
        const auto count = static_cast<std::size_t>(chunks(cols));
        return count * kChunkQuads * sizeof(float4) + (Format::kNeedsSums ? count * kLanes * sizeof(float) : 0);
    }
    /// Place of columns 4 * quad .. 4 * quad + 3, counted in float4.
    static __device__ int place(int quad) {
        const int inChunk = quad % kChunkQuads;
        return quad - inChunk + inChunk % kLaneQuads * kLanes + inChunk / kLaneQuads;
    }
    /// Writes the values `load(quad)` and zeros up to the last chunk's end. All threads; ends with a barrier.
    template <typename Load>
    static __device__ void fill(float4* staged, int cols, Load load) {
        const int quads = cols / 4, all = chunks(cols) * kChunkQuads;
        for (int quad = static_cast<int>(threadIdx.x); quad < all; quad += static_cast<int>(blockDim.x))
            staged[place(quad)] = quad < quads ? load(quad) : float4{0, 0, 0, 0};
        __syncthreads();
        if constexpr (Format::kNeedsSums)
            sumGroups(staged, cols);
    }
    static __device__ float* groupSums(float4* staged, int cols) {
        return reinterpret_cast<float*>(staged + chunks(cols) * kChunkQuads);
    }

private:
    static __device__ void sumGroups(float4* staged, int cols) {
        float* sums = groupSums(staged, cols);
        const int groups = chunks(cols) * kLanes;
        for (int group = static_cast<int>(threadIdx.x); group < groups; group += static_cast<int>(blockDim.x)) {
            float sum = 0;
            for (int quad = 0; quad < kLaneQuads; ++quad) {
                const float4 v = staged[group / kLanes * kChunkQuads + quad * kLanes + group % kLanes];
                sum += v.x + v.y + v.z + v.w;
            }
            sums[group] = sum;
        }
        __syncthreads();
    }
};

/// Chunks that a warp has fetched of `kRows` rows.
template <typename Format, int kRows, int kChunks>
struct FetchedRows {
    uint4 packed[kRows][kChunks];
    std::uint32_t scales[kRows][kChunks];

    /// `rows`: the matrix and row number of each; chunks from `first` on.
    __device__ void fetch(const MatrixView* const (&views)[kRows], const std::int64_t (&rows)[kRows], int first) {
        const int lane = static_cast<int>(threadIdx.x) % kLanes;
#pragma unroll
        for (int r = 0; r < kRows; ++r) {
            const std::int64_t loads = views[r]->cols / Format::kColumns; // of a row
            const uint4* row = static_cast<const uint4*>(views[r]->data) + rows[r] * loads;
#pragma unroll
            for (int c = 0; c < kChunks; ++c) {
                const int at = (first + c) * kLanes + lane;
                const bool inside = at < loads;
                packed[r][c] = inside ? __ldcs(row + at) : uint4{0, 0, 0, 0};
                if constexpr (Format::kHasScales)
                    scales[r][c] = inside ? Format::scalesOf(*views[r], rows[r], at) : 0;
            }
        }
    }

    /// This lane's share of the products.
    __device__ void addTo(float (&sums)[kRows], float4* staged, int cols, int first) const {
        using Vector = StagedVector<Format>;
        const int lane = static_cast<int>(threadIdx.x) % kLanes, end = Vector::chunks(cols);
#pragma unroll
        for (int c = 0; c < kChunks; ++c) {
            if (first + c >= end)
                break;
            const float4* x = staged + (first + c) * Vector::kChunkQuads + lane;
#pragma unroll
            for (int r = 0; r < kRows; ++r) {
                if constexpr (Format::kHasScales) {
                    float sumX = 0;
                    if constexpr (Format::kNeedsSums)
                        sumX = Vector::groupSums(staged, cols)[(first + c) * kLanes + lane];
                    sums[r] += Format::ofGroup(Format::dot(packed[r][c], x), scales[r][c], sumX);
                } else {
                    sums[r] += Format::dot(packed[r][c], x);
                }
            }
        }
    }
};

} // namespace prunescope::model::cuda
