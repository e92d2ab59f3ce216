#include "model/kernels/matrix_ahead.h"
#include "model/kernels/matrix_vector.h"
#include "model/kernels/stored_rows.h"

#include <immintrin.h>

// As for AVX-512, in halves: one row after the other, four sums of 8 lanes.
namespace prunescope::model {

namespace {

constexpr int64_t kStep = 32;

__m256 load(const float* values) {
    return _mm256_loadu_ps(values);
}
__m256 load(const uint16_t* values) {
    const __m128i bits = _mm_loadu_si128((const __m128i*)values);
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
}
__m256 load(const int8_t* values) {
    return _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)values)));
}

float widen(float value) {
    return value;
}
float widen(uint16_t bits) {
    return _mm_cvtss_f32(_mm_castsi128_ps(_mm_cvtsi32_si128((int)((uint32_t)bits << 16))));
}
float widen(int8_t value) {
    return (float)value;
}

float total(__m256 lanes) {
    __m128 sum = _mm_add_ps(_mm256_castps256_ps128(lanes), _mm256_extractf128_ps(lanes, 1));
    sum = _mm_add_ps(sum, _mm_movehl_ps(sum, sum));
    return _mm_cvtss_f32(_mm_add_ss(sum, _mm_movehdup_ps(sum)));
}

float total(__m256 a, __m256 b, __m256 c, __m256 d) {
    return total(_mm256_add_ps(_mm256_add_ps(a, b), _mm256_add_ps(c, d)));
}

/// Fetches what `bytes` of a row will be followed by, in whole lines. A line that two steps share is asked for twice.
void prefetch(const char* nextBytes, int64_t bytes) {
    for (int64_t at = 0; at < bytes; at += kLineBytes)
        _mm_prefetch(nextBytes + at, _MM_HINT_T1);
}

template <typename T>
float dot(const T* weights, const float* x, int64_t cols, const char* nextBytes) {
    __m256 a = _mm256_setzero_ps(), b = a, c = a, d = a;
    int64_t col = 0;
    for (; col + kStep <= cols; col += kStep) {
        prefetch(nextBytes + col * (int64_t)sizeof(T), kStep * (int64_t)sizeof(T));
        a = _mm256_fmadd_ps(load(weights + col), load(x + col), a);
        b = _mm256_fmadd_ps(load(weights + col + 8), load(x + col + 8), b);
        c = _mm256_fmadd_ps(load(weights + col + 16), load(x + col + 16), c);
        d = _mm256_fmadd_ps(load(weights + col + 24), load(x + col + 24), d);
    }
    for (; col + 8 <= cols; col += 8)
        a = _mm256_fmadd_ps(load(weights + col), load(x + col), a);
    float sum = total(a, b, c, d);
    for (; col < cols; ++col)
        sum += widen(weights[col]) * x[col];
    return sum;
}

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

/// Eight columns from the lower, eight others from the upper halves of eight bytes: q * x of both, in 8 lanes.
__m256 halfGroupDot(const uint8_t* halves, const float* x) {
    const __m256i bytes = _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i*)halves));
    const __m256 lower = _mm256_cvtepi32_ps(_mm256_and_si256(bytes, _mm256_set1_epi32(15)));
    const __m256 upper = _mm256_cvtepi32_ps(_mm256_srli_epi32(bytes, 4));
    return _mm256_fmadd_ps(upper, load(x + 16), _mm256_mul_ps(lower, load(x)));
}

float dotInt4(const uint8_t* halves, const uint16_t* scales, const VectorView& x, int64_t groups,
              const char* nextBytes) {
    __m256 a = _mm256_setzero_ps(), b = a;
    float lows = 0;
    for (int64_t group = 0; group < groups; ++group, halves += 16, scales += 2) {
        const float* values = x.values + group * kInt4Group;
        prefetch(nextBytes + group * 16, 16);
        const __m256 scale = _mm256_set1_ps(widen(scales[0]));
        a = _mm256_fmadd_ps(scale, halfGroupDot(halves, values), a);
        b = _mm256_fmadd_ps(scale, halfGroupDot(halves + 8, values + 8), b);
        lows += widen(scales[1]) * x.groupSums[group];
    }
    return total(_mm256_add_ps(a, b)) + lows;
}

void productOfInt4(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y,
                   const void* next) {
    const int64_t groups = matrix.cols / kInt4Group, rowBytes = matrix.cols / 2;
    const uint8_t* begin = (const uint8_t*)matrix.data + first * rowBytes;
    const uint16_t* scales = (const uint16_t*)matrix.scales + first * groups * 2;
    const Stream stream = {(const char*)begin, (last - first) * rowBytes, (const char*)next};
    for (int64_t i = 0; i < last - first; ++i)
        y[first + i] = dotInt4(begin + i * rowBytes, scales + i * groups * 2, x, groups, ahead(stream, i * rowBytes));
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
        return storedProductAvx2(matrix, x, first, last, y, next);
    }
}

/// kStep columns stay in registers while all rows pass.
template <typename T>
void addColumns(const T* rows, const MatrixView& matrix, const float* weights, float* y) {
    __m256 a = load(y), b = load(y + 8), c = load(y + 16), d = load(y + 24);
    for (int64_t row = 0; row < matrix.rows; ++row, rows += matrix.cols) {
        const __m256 weight = _mm256_set1_ps(weights[row]);
        a = _mm256_fmadd_ps(weight, load(rows), a);
        b = _mm256_fmadd_ps(weight, load(rows + 8), b);
        c = _mm256_fmadd_ps(weight, load(rows + 16), c);
        d = _mm256_fmadd_ps(weight, load(rows + 24), d);
    }
    _mm256_storeu_ps(y, a);
    _mm256_storeu_ps(y + 8, b);
    _mm256_storeu_ps(y + 16, c);
    _mm256_storeu_ps(y + 24, d);
}

template <typename T>
void addColumn(const T* values, const MatrixView& matrix, const float* weights, float* y) {
    for (int64_t row = 0; row < matrix.rows; ++row, values += matrix.cols)
        *y += weights[row] * widen(*values);
}

template <typename T>
void addRowsOf(const MatrixView& matrix, const float* weights, float* y) {
    const T* data = (const T*)matrix.data;
    int64_t col = 0;
    for (; col + kStep <= matrix.cols; col += kStep)
        addColumns(data + col, matrix, weights, y + col);
    for (; col < matrix.cols; ++col)
        addColumn(data + col, matrix, weights, y + col);
}

void addRows(const MatrixView& matrix, const float* weights, float* y) {
    if (matrix.type == WeightType::Float32)
        addRowsOf<float>(matrix, weights, y);
    else
        addRowsOf<uint16_t>(matrix, weights, y);
}

} // namespace

const MatrixVector kMatrixVectorAvx2 = {product, addRows};

} // namespace prunescope::model
