// Block distances with 64-byte vectors: two rows of a block are three of them. Only intrinsics here, see
// core/CMakeLists.txt.
#include "core/kernels/block_distance_levels.h"

#include <immintrin.h>

namespace prunescope {

namespace {

constexpr int kRowPairs = 16;
constexpr int kStripPairs = 2; // pairs of rows between two looks at the cap

inline __m512i load(const std::uint8_t* bytes) {
    return _mm512_loadu_si512(bytes);
}

/// The last 32 bytes of two rows.
inline __m512i loadEnds(const std::uint8_t* row, std::size_t stride) {
    const auto end = [](const std::uint8_t* bytes) {
        return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes));
    };
    return _mm512_inserti64x4(_mm512_castsi256_si512(end(row + 64)), end(row + stride + 64), 1);
}

inline __m512i absoluteDifference(__m512i a, __m512i b) {
    return _mm512_or_si512(_mm512_subs_epu8(a, b), _mm512_subs_epu8(b, a));
}

inline std::uint32_t largestOf8(__m512i lanes) {
    const __m256i quarter = _mm256_max_epu8(_mm512_castsi512_si256(lanes), _mm512_extracti64x4_epi64(lanes, 1));
    __m128i half = _mm_max_epu8(_mm256_castsi256_si128(quarter), _mm256_extracti128_si256(quarter, 1));
    half = _mm_max_epu8(half, _mm_srli_si128(half, 8));
    half = _mm_max_epu8(half, _mm_srli_si128(half, 4));
    half = _mm_max_epu8(half, _mm_srli_si128(half, 2));
    half = _mm_max_epu8(half, _mm_srli_si128(half, 1));
    return static_cast<std::uint32_t>(_mm_cvtsi128_si32(half)) & 0xff;
}

struct Max {
    static __m512i add(__m512i sofar, __m512i a, __m512i b) { return _mm512_max_epu8(sofar, absoluteDifference(a, b)); }
};

struct Sum {
    static __m512i add(__m512i sofar, __m512i a, __m512i b) { return _mm512_add_epi64(sofar, _mm512_sad_epu8(a, b)); }
    static std::uint32_t total(__m512i sofar) { return static_cast<std::uint32_t>(_mm512_reduce_add_epi64(sofar)); }
};

struct Squares {
    static __m512i add(__m512i sofar, __m512i a, __m512i b) {
        const __m512i zero = _mm512_setzero_si512();
        const __m512i difference = absoluteDifference(a, b);
        const __m512i low = _mm512_unpacklo_epi8(difference, zero), high = _mm512_unpackhi_epi8(difference, zero);
        return _mm512_add_epi32(sofar, _mm512_add_epi32(_mm512_madd_epi16(low, low), _mm512_madd_epi16(high, high)));
    }
    static std::uint32_t total(__m512i sofar) { return static_cast<std::uint32_t>(_mm512_reduce_add_epi32(sofar)); }
};

template <typename Kind>
inline __m512i addRowPair(__m512i sofar, const std::uint8_t* a, const std::uint8_t* b, std::size_t stride) {
    sofar = Kind::add(sofar, load(a), load(b));
    sofar = Kind::add(sofar, load(a + stride), load(b + stride));
    return Kind::add(sofar, loadEnds(a, stride), loadEnds(b, stride));
}

template <typename Kind>
std::uint32_t distance(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap) {
    __m512i sofar = _mm512_setzero_si512();
    std::uint32_t total = 0;
    for (int strip = 0; strip < kRowPairs / kStripPairs && total <= cap; ++strip) {
        for (int pair = 0; pair < kStripPairs; ++pair, a += 2 * stride, b += 2 * stride)
            sofar = addRowPair<Kind>(sofar, a, b, stride);
        total = Kind::total(sofar);
    }
    return total;
}

/// Looks at the cap by one comparison a strip and finds the largest only at the end.
std::uint32_t largest(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride, std::uint32_t cap) {
    const __m512i most = _mm512_set1_epi8(static_cast<char>(cap < 255 ? cap : 255));
    __m512i sofar = _mm512_setzero_si512();
    for (int strip = 0; strip < kRowPairs / kStripPairs; ++strip) {
        for (int pair = 0; pair < kStripPairs; ++pair, a += 2 * stride, b += 2 * stride)
            sofar = addRowPair<Max>(sofar, a, b, stride);
        if (_mm512_cmpgt_epu8_mask(sofar, most))
            break;
    }
    return largestOf8(sofar);
}

} // namespace

const DistanceKernel kAvx512Distances[kReductions] = {largest, distance<Sum>, distance<Squares>};

} // namespace prunescope
