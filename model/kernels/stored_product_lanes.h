#pragma once

// Nothing without AVX2: the files of the instruction sets include this.
#if defined(__AVX2__)

// Products of rows of stored formats with a vector, for files of AVX2 with F16C and FMA or of AVX-512: one row after
// the other, so that a thread reads its part of a matrix from front to back like a file.

#include "model/kernels/matrix_ahead.h"
#include "model/kernels/stored_blocks_lanes.h"
#include "model/kernels/stored_rows.h"

namespace prunescope::model {

namespace {

LANES_INLINE float total(Lanes lanes) {
#if defined(__AVX512F__)
    return _mm512_reduce_add_ps((__m512)lanes);
#else
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128((__m256)lanes), _mm256_extractf128_ps((__m256)lanes, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
#endif
}

/// Fetches what `bytes` of a row will be followed by, in whole lines. A line that two steps share is asked for twice.
LANES_INLINE void prefetch(const char* nextBytes, int64_t bytes) {
    for (int64_t at = 0; at < bytes; at += kLineBytes)
        _mm_prefetch(nextBytes + at, _MM_HINT_T1);
}

/// Four sums hide the latency of an addition.
struct Sums {
    Lanes parts[4] = {};
};

LANES_INLINE float total(const Sums& sums) {
    return total((sums.parts[0] + sums.parts[1]) + (sums.parts[2] + sums.parts[3]));
}

// --- Codes with scales elsewhere ---

template <typename Codes>
LANES_INLINE void addRest(const uint8_t* codes, const float* x, int64_t cols, Sums& sums) {
    Lanes a, b;
    float padded[2 * kLanes] = {};
    memcpy(padded, x, static_cast<size_t>(cols) * sizeof(float));
    loadRest<Codes>(codes, cols, a, b);
    sums.parts[0] += a * load<Lanes>(padded);
    sums.parts[1] += b * load<Lanes>(padded + kLanes);
}

/// Sum of code * x of `cols` columns, in parts.
template <typename Codes>
LANES_INLINE Sums dotCodes(const uint8_t* codes, const float* x, int64_t cols, const char* nextBytes) {
    constexpr int kStep = 4 * kLanes, kPair = 2 * kLanes;
    Sums sums;
    Lanes a, b, c, d;
    int64_t col = 0;
    for (; col + kStep <= cols; col += kStep) {
        const uint8_t* at = codes + col * Codes::kBytes;
        prefetch(nextBytes + col * Codes::kBytes, kStep * Codes::kBytes);
        Codes::load(at, a, b);
        Codes::load(at + kPair * Codes::kBytes, c, d);
        sums.parts[0] += a * load<Lanes>(x + col);
        sums.parts[1] += b * load<Lanes>(x + col + kLanes);
        sums.parts[2] += c * load<Lanes>(x + col + kPair);
        sums.parts[3] += d * load<Lanes>(x + col + kPair + kLanes);
    }
    for (; col + kPair <= cols; col += kPair) {
        prefetch(nextBytes + col * Codes::kBytes, kPair * Codes::kBytes);
        Codes::load(codes + col * Codes::kBytes, a, b);
        sums.parts[0] += a * load<Lanes>(x + col);
        sums.parts[1] += b * load<Lanes>(x + col + kLanes);
    }
    if (col < cols)
        addRest<Codes>(codes + col * Codes::kBytes, x + col, cols - col, sums);
    return sums;
}

/// A row, whose scales are those of runs of `width` columns.
template <typename Codes>
float dotGrid(const uint8_t* codes, const float* scales, int64_t width, const float* x, int64_t cols,
              const char* nextBytes) {
    Sums sums;
    for (int64_t col = 0; col < cols; col += width) {
        const int64_t count = cols - col < width ? cols - col : width;
        const Sums run = dotCodes<Codes>(codes + col * Codes::kBytes, x + col, count, nextBytes + col * Codes::kBytes);
        const float scale = *scales++ * Codes::kFactor;
        for (int i = 0; i < 4; ++i)
            sums.parts[i] += run.parts[i] * scale;
    }
    return total(sums);
}

/// y[row] = dot(row, its bytes, what to fetch meanwhile) for rows of `rowBytes`.
template <typename Dot>
LANES_INLINE void forRows(const MatrixView& matrix, int64_t rowBytes, int64_t first, int64_t last, float* y,
                          const void* next, Dot dot) {
    const uint8_t* begin = (const uint8_t*)matrix.data + first * rowBytes;
    const Stream stream = {(const char*)begin, (last - first) * rowBytes, (const char*)next};
    for (int64_t i = 0; i < last - first; ++i)
        y[first + i] = dot(first + i, begin + i * rowBytes, ahead(stream, i * rowBytes));
}

void productOfHalves(const MatrixView& matrix, const float* x, int64_t first, int64_t last, float* y,
                     const void* next) {
    const int64_t cols = matrix.cols;
    forRows(matrix, cols * HalfCodes::kBytes, first, last, y, next,
            [&](int64_t, const uint8_t* codes, const char* nextBytes) {
                return total(dotCodes<HalfCodes>(codes, x, cols, nextBytes));
            });
}

template <typename Codes>
void productOfGrid(const MatrixView& matrix, const float* x, int64_t first, int64_t last, float* y, const void* next) {
    forRows(matrix, matrix.cols, first, last, y, next, [&](int64_t row, const uint8_t* codes, const char* nextBytes) {
        return dotGrid<Codes>(codes, gridScales(matrix, row), matrix.scaleCols, x, matrix.cols, nextBytes);
    });
}

// --- Int4Wide ---

/// 16 bytes, whose lower halves belong to the first 16 columns.
LANES_INLINE void addInt4Group(Nibbles values, const uint8_t* bytes, const float* x, Lanes& a, Lanes& b) {
    for (int part = 0; part < kInt4Group / 2; part += kLanes) {
        const Bits pairs = fromBytes(bytes + part);
        a += lower(values, pairs) * load<Lanes>(x + part);
        b += upper(values, pairs) * load<Lanes>(x + kInt4Group / 2 + part);
    }
}

/// `groups` groups that share a scale.
LANES_INLINE void addInt4Run(float scale, const uint8_t* bytes, const float* x, int64_t groups, Sums& sums) {
    constexpr int kBytes = kInt4Group / 2;
    const Nibbles values = nibbles(scale);
    int64_t group = 0;
    for (; group + 2 <= groups; group += 2, bytes += 2 * kBytes, x += 2 * kInt4Group) {
        addInt4Group(values, bytes, x, sums.parts[0], sums.parts[1]);
        addInt4Group(values, bytes + kBytes, x + kInt4Group, sums.parts[2], sums.parts[3]);
    }
    if (group < groups)
        addInt4Group(values, bytes, x, sums.parts[0], sums.parts[1]);
}

float dotInt4Wide(const uint8_t* bytes, const float* pairs, int64_t width, const VectorView& x, int64_t groups,
                  const char* nextBytes) {
    constexpr int kBytes = kInt4Group / 2;
    Sums sums;
    float lows = 0;
    for (int64_t first = 0; first < groups; first += width, pairs += 2) {
        const int64_t count = groups - first < width ? groups - first : width;
        prefetch(nextBytes + first * kBytes, count * kBytes);
        addInt4Run(pairs[0], bytes + first * kBytes, x.values + first * kInt4Group, count, sums);
        float sum = 0;
        for (int64_t group = first; group < first + count; ++group)
            sum += x.groupSums[group];
        lows += pairs[1] * sum;
    }
    return total(sums) + lows;
}

void productOfInt4Wide(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y,
                       const void* next) {
    const int64_t across = scalesAcross(matrix), width = matrix.scaleCols / kInt4Group;
    forRows(matrix, matrix.cols / 2, first, last, y, next,
            [&](int64_t row, const uint8_t* bytes, const char* nextBytes) {
                return dotInt4Wide(bytes, (const float*)matrix.scales + 2 * row * across, width, x,
                                   matrix.cols / kInt4Group, nextBytes);
            });
}

// --- Fp4 ---

/// `groups` groups, at most kFp4Scales of them, each with its scale.
LANES_INLINE void addFp4Groups(const uint8_t* bytes, const float* scales, const float* x, int64_t groups, Sums& sums) {
    constexpr int kStep = 4 * kLanes; // columns
    const int64_t cols = groups * kFp4Group;
    const auto add = [&](int64_t col, Lanes& sum) ALWAYS_INLINE {
        sum += fromFp4(bytes + col / 2) * scales[col / kFp4Group] * load<Lanes>(x + col);
    };
    int64_t col = 0;
    for (; col + kStep <= cols; col += kStep)
        for (int part = 0; part < 4; ++part)
            add(col + part * kLanes, sums.parts[part]);
    for (; col < cols; col += kLanes)
        add(col, sums.parts[0]);
}

float dotFp4(const uint8_t* bytes, const uint8_t* codes, float factor, const float* x, int64_t groups,
             const char* nextBytes) {
    constexpr int kBytes = kFp4Group / 2;
    Sums sums;
    float scales[kFp4Scales];
    for (int64_t first = 0; first < groups; first += kFp4Scales) {
        const int64_t count = groups - first < kFp4Scales ? groups - first : kFp4Scales;
        prefetch(nextBytes + first * kBytes, count * kBytes);
        fp4Scales(codes + first, count, factor, scales);
        addFp4Groups(bytes + first * kBytes, scales, x + first * kFp4Group, count, sums);
    }
    return total(sums);
}

void productOfFp4(const MatrixView& matrix, const float* x, int64_t first, int64_t last, float* y, const void* next) {
    const int64_t groups = matrix.cols / kFp4Group;
    forRows(matrix, matrix.cols / 2, first, last, y, next,
            [&](int64_t row, const uint8_t* bytes, const char* nextBytes) {
                return dotFp4(bytes, (const uint8_t*)matrix.scales + row * groups, matrix.factor, x, groups, nextBytes);
            });
}

// --- GGUF blocks ---

template <typename Block>
float dotBlocks(const uint8_t* bytes, const VectorView& x, int64_t blocks, const char* nextBytes) {
    Sums sums;
    [[maybe_unused]] __m256 minima = _mm256_setzero_ps();
    for (int64_t i = 0; i < blocks; ++i, bytes += Block::kBytes, nextBytes += Block::kBytes) {
        const float* values = x.values + i * Block::kCols;
        const Block block(bytes);
        prefetch(nextBytes, Block::kBytes);
        block.unpack([&]<int col>(Lanes numbers)
                         ALWAYS_INLINE { sums.parts[col / kLanes % 4] += numbers * load<Lanes>(values + col); });
        if constexpr (Block::kHasMinimum) {
            const __m256 groupSums = _mm256_loadu_ps(x.groupSums + i * (Block::kCols / kInt4Group));
            minima = _mm256_fmadd_ps(_mm256_loadu_ps(block.minimum()), groupSums, minima);
        }
    }
    if constexpr (!Block::kHasMinimum)
        return total(sums);
    float lows = 0;
    for (int i = 0; i < 8; ++i)
        lows += minima[i];
    return total(sums) - lows;
}

template <typename Block>
void productOfBlocks(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y,
                     const void* next) {
    const int64_t blocks = matrix.cols / Block::kCols;
    forRows(matrix, blocks * Block::kBytes, first, last, y, next,
            [&](int64_t, const uint8_t* bytes, const char* nextBytes) {
                return dotBlocks<Block>(bytes, x, blocks, nextBytes);
            });
}

void product(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y, const void* next) {
    switch (matrix.type) {
    case WeightType::Float16:
        return productOfHalves(matrix, x.values, first, last, y, next);
    case WeightType::Fp8:
        return productOfGrid<Fp8Codes>(matrix, x.values, first, last, y, next);
    case WeightType::Int8Group:
        return productOfGrid<SignedCodes>(matrix, x.values, first, last, y, next);
    case WeightType::Int4Wide:
        return productOfInt4Wide(matrix, x, first, last, y, next);
    case WeightType::Fp4:
        return productOfFp4(matrix, x.values, first, last, y, next);
    case WeightType::Q8_0:
        return productOfBlocks<Q8Block>(matrix, x, first, last, y, next);
    case WeightType::Q4_K:
        return productOfBlocks<Q4Block>(matrix, x, first, last, y, next);
    case WeightType::Q5_K:
        return productOfBlocks<Q5Block>(matrix, x, first, last, y, next);
    case WeightType::Q6_K:
        return productOfBlocks<Q6Block>(matrix, x, first, last, y, next);
    case WeightType::Float32:
    case WeightType::BFloat16:
    case WeightType::Int8:
    case WeightType::Int4:
        break; // have kernels of their own
    }
}

} // namespace

} // namespace prunescope::model

#endif // __AVX2__
