#include "model/kernels/matrix_ahead.h"
#include "model/kernels/matrix_vector.h"
#include "model/kernels/stored_rows.h"

#if defined(__GNUC__) && !defined(__clang__) // its intrinsics start from registers that are undefined on purpose
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

// One row after the other, so that a thread reads its part of a matrix from front to back like a file.
namespace prunescope::model {

namespace {

constexpr int64_t kStep = 64; // columns: four sums of 16 hide the latency of an addition

__mmask16 firstLanes(int64_t count) {
    return (__mmask16)(count >= 16 ? 0xffff : (1u << (count > 0 ? count : 0)) - 1);
}

__m512 fromBfloat16(__m256i bits) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
}

__m512 load(const float* values) {
    return _mm512_loadu_ps(values);
}
__m512 load(const uint16_t* values) {
    return fromBfloat16(_mm256_loadu_si256((const __m256i*)values));
}
__m512 load(const int8_t* values) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)values)));
}

__m512 loadSome(const float* values, __mmask16 lanes) {
    return _mm512_maskz_loadu_ps(lanes, values);
}
__m512 loadSome(const uint16_t* values, __mmask16 lanes) {
    return fromBfloat16(_mm256_maskz_loadu_epi16(lanes, values));
}
__m512 loadSome(const int8_t* values, __mmask16 lanes) {
    return _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_maskz_loadu_epi8(lanes, values)));
}

template <typename T>
float dot(const T* weights, const float* x, int64_t cols, const char* nextBytes) {
    __m512 a = _mm512_setzero_ps(), b = a, c = a, d = a;
    int64_t col = 0;
    for (; col + kStep <= cols; col += kStep) {
        for (size_t line = 0; line < sizeof(T); ++line, nextBytes += kLineBytes) // kStep columns are so many lines
            _mm_prefetch(nextBytes, _MM_HINT_T1);
        a = _mm512_fmadd_ps(load(weights + col), load(x + col), a);
        b = _mm512_fmadd_ps(load(weights + col + 16), load(x + col + 16), b);
        c = _mm512_fmadd_ps(load(weights + col + 32), load(x + col + 32), c);
        d = _mm512_fmadd_ps(load(weights + col + 48), load(x + col + 48), d);
    }
    for (; col < cols; col += 16) {
        const __mmask16 lanes = firstLanes(cols - col);
        a = _mm512_fmadd_ps(loadSome(weights + col, lanes), loadSome(x + col, lanes), a);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)));
}

/// Rows of T whose sums are multiplied with `scales`, if there are any.
template <typename T>
void productOf(const MatrixView& matrix, const float* x, int64_t first, int64_t last, float* y, const void* next) {
    const T* begin = (const T*)matrix.data + first * matrix.cols;
    const int64_t rowBytes = matrix.cols * (int64_t)sizeof(T);
    const Stream stream = {(const char*)begin, (last - first) * rowBytes, (const char*)next};
    for (int64_t i = 0; i < last - first; ++i)
        y[first + i] = dot(begin + i * matrix.cols, x, matrix.cols, ahead(stream, i * rowBytes));
}

void scaleRows(const float* scales, int64_t first, int64_t last, float* y) {
    for (int64_t row = first; row < last; ++row)
        y[row] *= scales[row];
}

// --- Int4: a permutation looks the four bits up, which saves masking and converting them. ---

/// Sum of q * x of one group, in 16 lanes.
__m512 groupDot(const uint8_t* halves, const float* x, __m512 levels) {
    const __m512i bytes = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)halves));
    const __m512 lower = _mm512_permutexvar_ps(bytes, levels); // looks at four bits of its index
    const __m512 upper = _mm512_permutexvar_ps(_mm512_srli_epi32(bytes, 4), levels);
    return _mm512_fmadd_ps(upper, load(x + 16), _mm512_mul_ps(lower, load(x)));
}

/// `pair` is a group's scale and low as two bfloat16.
__m512 scaleOf(const uint32_t* pair) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_set1_epi32((int)*pair), 16));
}

/// Sum of low * (sum of the group's x) over a row, in 16 lanes.
__m512 dotLows(const uint32_t* pairs, const float* groupSums, int64_t groups) {
    __m512 sum = _mm512_setzero_ps();
    for (int64_t group = 0; group < groups; group += 16) {
        const __mmask16 lanes = firstLanes(groups - group);
        const __m512i lows =
            _mm512_and_si512(_mm512_maskz_loadu_epi32(lanes, pairs + group), _mm512_set1_epi32((int)0xffff0000));
        sum = _mm512_fmadd_ps(_mm512_castsi512_ps(lows), loadSome(groupSums + group, lanes), sum);
    }
    return sum;
}

float dotInt4(const uint8_t* halves, const uint32_t* pairs, const VectorView& x, int64_t groups,
              const char* nextBytes) {
    const __m512 levels = _mm512_setr_ps(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    __m512 a = dotLows(pairs, x.groupSums, groups), b = _mm512_setzero_ps(), c = b, d = b;
    int64_t group = 0;
    for (; group + 4 <= groups; group += 4, halves += 64, nextBytes += kLineBytes) {
        const float* values = x.values + group * kInt4Group;
        _mm_prefetch(nextBytes, _MM_HINT_T1);
        a = _mm512_fmadd_ps(scaleOf(pairs + group), groupDot(halves, values, levels), a);
        b = _mm512_fmadd_ps(scaleOf(pairs + group + 1), groupDot(halves + 16, values + 32, levels), b);
        c = _mm512_fmadd_ps(scaleOf(pairs + group + 2), groupDot(halves + 32, values + 64, levels), c);
        d = _mm512_fmadd_ps(scaleOf(pairs + group + 3), groupDot(halves + 48, values + 96, levels), d);
    }
    for (; group < groups; ++group, halves += 16)
        a = _mm512_fmadd_ps(scaleOf(pairs + group), groupDot(halves, x.values + group * kInt4Group, levels), a);
    return _mm512_reduce_add_ps(_mm512_add_ps(_mm512_add_ps(a, b), _mm512_add_ps(c, d)));
}

void productOfInt4(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y,
                   const void* next) {
    const int64_t groups = matrix.cols / kInt4Group, rowBytes = matrix.cols / 2;
    const uint8_t* begin = (const uint8_t*)matrix.data + first * rowBytes;
    const uint32_t* pairs = (const uint32_t*)matrix.scales + first * groups;
    const Stream stream = {(const char*)begin, (last - first) * rowBytes, (const char*)next};
    for (int64_t i = 0; i < last - first; ++i)
        y[first + i] = dotInt4(begin + i * rowBytes, pairs + i * groups, x, groups, ahead(stream, i * rowBytes));
}

void product(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y, const void* next) {
    switch (matrix.type) {
    case WeightType::Float32:
        return productOf<float>(matrix, x.values, first, last, y, next);
    case WeightType::BFloat16:
        return productOf<uint16_t>(matrix, x.values, first, last, y, next);
    case WeightType::Int8:
        productOf<int8_t>(matrix, x.values, first, last, y, next);
        return scaleRows((const float*)matrix.scales, first, last, y);
    case WeightType::Int4:
        return productOfInt4(matrix, x, first, last, y, next);
    default:
        return storedProductAvx512(matrix, x, first, last, y, next);
    }
}

// --- Weighted sums of rows: kStep columns stay in registers while all rows pass. ---

template <typename T>
void addColumns(const T* rows, const MatrixView& matrix, const float* weights, float* y, int64_t count) {
    __mmask16 lanes[4];
    __m512 sums[4];
    for (int k = 0; k < 4; ++k) {
        lanes[k] = firstLanes(count - 16 * k);
        sums[k] = loadSome(y + 16 * k, lanes[k]);
    }
    for (int64_t row = 0; row < matrix.rows; ++row, rows += matrix.cols) {
        const __m512 weight = _mm512_set1_ps(weights[row]);
        for (int k = 0; k < 4; ++k)
            sums[k] = _mm512_fmadd_ps(weight, loadSome(rows + 16 * k, lanes[k]), sums[k]);
    }
    for (int k = 0; k < 4; ++k)
        _mm512_mask_storeu_ps(y + 16 * k, lanes[k], sums[k]);
}

template <typename T>
void addRowsOf(const MatrixView& matrix, const float* weights, float* y) {
    for (int64_t col = 0; col < matrix.cols; col += kStep)
        addColumns((const T*)matrix.data + col, matrix, weights, y + col, matrix.cols - col);
}

void addRows(const MatrixView& matrix, const float* weights, float* y) {
    if (matrix.type == WeightType::Float32)
        addRowsOf<float>(matrix, weights, y);
    else
        addRowsOf<uint16_t>(matrix, weights, y);
}

} // namespace

const MatrixVector kMatrixVectorAvx512 = {product, addRows};

} // namespace prunescope::model
