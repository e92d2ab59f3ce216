// Block distances with 32-byte vectors: a row of a block is three of them. Only intrinsics here, see
// core/CMakeLists.txt.
#include "core/kernels/block_distance_levels.h"

#include <immintrin.h>

namespace prunescope {

namespace {

constexpr int kRows = 32;
constexpr int kStripRows = 4; // rows between two looks at the cap

inline __m256i load(const std::uint8_t* bytes) {
    return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
}

inline __m256i absoluteDifference(__m256i a, __m256i b) {
    return _mm256_or_si256(_mm256_subs_epu8(a, b), _mm256_subs_epu8(b, a));
}

inline std::uint32_t sumOf64(__m256i lanes) {
    const __m128i half = _mm_add_epi64(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si64(_mm_add_epi64(half, _mm_unpackhi_epi64(half, half))));
}

inline std::uint32_t sumOf32(__m256i lanes) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(half));
}

inline std::uint32_t largestOf8(__m256i lanes) {
    __m128i half = _mm_max_epu8(_mm256_castsi256_si128(lanes), _mm256_extracti128_si256(lanes, 1));
    half = _mm_max_epu8(half, _mm_srli_si128(half, 8));
    half = _mm_max_epu8(half, _mm_srli_si128(half, 4));
    half = _mm_max_epu8(half, _mm_srli_si128(half, 2));
    half = _mm_max_epu8(half, _mm_srli_si128(half, 1));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(half)) & 0xff;
}

struct Max {
    static __m256i add(__m256i sofar, __m256i a, __m256i b) { return _mm256_max_epu8(sofar, absoluteDifference(a, b)); }
    static std::uint32_t total(__m256i sofar) { return largestOf8(sofar); }
};

struct Sum {
    static __m256i add(__m256i sofar, __m256i a, __m256i b) { return _mm256_add_epi64(sofar, _mm256_sad_epu8(a, b)); }
    static std::uint32_t total(__m256i sofar) { return sumOf64(sofar); }
};

struct Squares {
    static __m256i add(__m256i sofar, __m256i a, __m256i b) {
        const __m256i zero = _mm256_setzero_si256();
        const __m256i difference = absoluteDifference(a, b);
        const __m256i low = _mm256_unpacklo_epi8(difference, zero), high = _mm256_unpackhi_epi8(difference, zero);
        return _mm256_add_epi32(sofar, _mm256_add_epi32(_mm256_madd_epi16(low, low), _mm256_madd_epi16(high, high)));
    }
    static std::uint32_t total(__m256i sofar) { return sumOf32(sofar); }
};

template <typename Kind>
std::uint32_t distance(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap) {
    __m256i first = _mm256_setzero_si256(), second = first, third = first;
    std::uint32_t total = 0;
    for (int strip = 0; strip < kRows / kStripRows && total <= cap; ++strip) {
        for (int y = 0; y < kStripRows; ++y, a += stride, b += stride) {
            first = Kind::add(first, load(a), load(b));
            second = Kind::add(second, load(a + 32), load(b + 32));
            third = Kind::add(third, load(a + 64), load(b + 64));
        }
        total = Kind::total(first) + Kind::total(second) + Kind::total(third);
    }
    return total;
}

/// Looks at the cap by one comparison a strip and finds the largest only at the end.
std::uint32_t largest(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap) {
    const __m256i most = _mm256_set1_epi8(static_cast<char>(cap < 255 ? cap : 255));
    __m256i sofar = _mm256_setzero_si256();
    for (int strip = 0; strip < kRows / kStripRows; ++strip) {
        for (int y = 0; y < kStripRows; ++y, a += stride, b += stride)
            for (int x = 0; x < 96; x += 32)
                sofar = Max::add(sofar, load(a + x), load(b + x));
        if (!_mm256_testz_si256(_mm256_subs_epu8(sofar, most), _mm256_set1_epi8(-1)))
            break;
    }
    return Max::total(sofar);
}

} // namespace

const DistanceKernel kAvx2Distances[kReductions] = {largest, distance<Sum>, distance<Squares>};

} // namespace prunescope
