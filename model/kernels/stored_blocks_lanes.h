#pragma once

// Nothing without AVX2: the files of the instruction sets include this.
#if defined(__AVX2__)

// The formats that stay as stored, unpacked in registers; for files of AVX2 with F16C or of AVX-512, as lanes.h.

#include "model/kernels/lanes.h"
#include "model/kernels/matrix_view.h"

#if defined(__GNUC__) && !defined(__clang__) // its intrinsics start from registers that are undefined on purpose
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

namespace prunescope::model {

namespace {

#define ALWAYS_INLINE __attribute__((always_inline))

/// Calls work.operator()<i>() for i = first, first + step, ... < end: places in arrays that are constants stay in
/// registers.
template <int first, int end, int step, typename Work>
LANES_INLINE void forConstants(Work work) {
    if constexpr (first < end) {
        work.template operator()<first>();
        forConstants<first + step, end, step>(work);
    }
}

LANES_INLINE Lanes all(float value) {
    return Lanes{} + value;
}

/// Lets an array lie in memory, from where a load spreads a number to all lanes at no cost; gcc would keep it in a
/// register and permute that for each of them.
template <typename Array>
LANES_INLINE void keepInMemory(Array& array) {
    __asm__("" : "+m"(array));
}

LANES_INLINE float fromHalf(const uint8_t* at) {
    return _mm_cvtss_f32(_mm_cvtph_ps(_mm_cvtsi32_si128(load<uint16_t>(at))));
}

LANES_INLINE __m256i load32(const uint8_t* at) {
    return _mm256_loadu_si256((const __m256i*)at);
}

// --- What differs between the sets: kLanes numbers that follow each other in memory ---

/// Moves the bits of an E4M3FN number, the low byte of each word, to where binary16 has them: 2^-8 of the number.
#define FP8_SHIFT 7
#define FP8_MASK (short)0xbf80

#if defined(__AVX512F__)

LANES_INLINE Bits fromBytes(const uint8_t* at) {
    return (Bits)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)at));
}
LANES_INLINE Lanes fromSigned(const uint8_t* at) {
    return (Lanes)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)at)));
}
LANES_INLINE Lanes fromHalves(const uint8_t* at) {
    return (Lanes)_mm512_cvtph_ps(load32(at));
}
LANES_INLINE void fromFp8(const uint8_t* at, Lanes& a, Lanes& b) {
    const __m512i words = _mm512_slli_epi16(_mm512_cvtepi8_epi16(load32(at)), FP8_SHIFT);
    const __m512i halves = _mm512_and_si512(words, _mm512_set1_epi16(FP8_MASK));
    a = (Lanes)_mm512_cvtph_ps(_mm512_castsi512_si256(halves));
    b = (Lanes)_mm512_cvtph_ps(_mm512_extracti64x4_epi64(halves, 1));
}

/// Numbers kLanes * part .. of 32 signed bytes.
template <int part>
LANES_INLINE Lanes numbersOf(__m256i bytes) {
    const __m128i half = part ? _mm256_extracti128_si256(bytes, 1) : _mm256_castsi256_si128(bytes);
    return (Lanes)_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(half));
}

/// Numbers of 4 bits times a scale: a permutation looks them up, which saves masking and converting them.
struct Nibbles {
    Lanes values;
};
LANES_INLINE Nibbles nibbles(float scale) {
    return {Lanes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15} * scale};
}
LANES_INLINE Lanes lower(Nibbles nibbles, Bits bytes) { // it looks at four bits of its index
    return (Lanes)_mm512_permutexvar_ps((__m512i)bytes, (__m512)nibbles.values);
}
LANES_INLINE Lanes upper(Nibbles nibbles, Bits bytes) {
    return lower(nibbles, bytes >> 4);
}

/// E2M1 numbers, two a byte.
LANES_INLINE Lanes fromFp4(const uint8_t* at) {
    const Lanes sizes = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -0.5f, -1, -1.5f, -2, -3, -4, -6};
    const __m512i words = _mm512_mask_set1_epi32(_mm512_set1_epi32(load<int>(at)), 0xff00, load<int>(at + 4));
    const __m512i shifts = _mm512_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28, 0, 4, 8, 12, 16, 20, 24, 28);
    return (Lanes)_mm512_permutexvar_ps(_mm512_srlv_epi32(words, shifts), (__m512)sizes);
}

#else

LANES_INLINE __m128i load8(const uint8_t* at) {
    return _mm_loadl_epi64((const __m128i*)at);
}
LANES_INLINE Bits fromBytes(const uint8_t* at) {
    return (Bits)_mm256_cvtepu8_epi32(load8(at));
}
LANES_INLINE Lanes fromSigned(const uint8_t* at) {
    return (Lanes)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(load8(at)));
}
LANES_INLINE Lanes fromHalves(const uint8_t* at) {
    return (Lanes)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i*)at));
}
LANES_INLINE void fromFp8(const uint8_t* at, Lanes& a, Lanes& b) {
    const __m256i words = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i*)at));
    const __m256i halves = _mm256_and_si256(_mm256_slli_epi16(words, FP8_SHIFT), _mm256_set1_epi16(FP8_MASK));
    a = (Lanes)_mm256_cvtph_ps(_mm256_castsi256_si128(halves));
    b = (Lanes)_mm256_cvtph_ps(_mm256_extracti128_si256(halves, 1));
}

/// Numbers kLanes * part .. of 32 signed bytes.
template <int part>
LANES_INLINE Lanes numbersOf(__m256i bytes) {
    const __m128i half = part / 2 ? _mm256_extracti128_si256(bytes, 1) : _mm256_castsi256_si128(bytes);
    return (Lanes)_mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(part % 2 ? _mm_srli_si128(half, 8) : half));
}

/// Numbers of 4 bits times a scale.
struct Nibbles {
    float scale;
};
LANES_INLINE Nibbles nibbles(float scale) {
    return {scale};
}
LANES_INLINE Lanes lower(Nibbles nibbles, Bits bytes) {
    return (Lanes)_mm256_cvtepi32_ps((__m256i)(bytes & 15)) * nibbles.scale;
}
LANES_INLINE Lanes upper(Nibbles nibbles, Bits bytes) {
    return (Lanes)_mm256_cvtepi32_ps((__m256i)(bytes >> 4)) * nibbles.scale;
}

/// E2M1 numbers, two a byte: three bits are looked up, the fourth is the sign.
LANES_INLINE Lanes fromFp4(const uint8_t* at) {
    const __m256 sizes = _mm256_setr_ps(0, 0.5f, 1, 1.5f, 2, 3, 4, 6);
    const __m256i shifts = _mm256_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28);
    const __m256i codes = _mm256_srlv_epi32(_mm256_set1_epi32(load<int>(at)), shifts);
    const Bits sign = ((Bits)codes & 8) << 28;
    return (Lanes)((Bits)_mm256_permutevar8x32_ps(sizes, codes) | sign);
}

#endif

// --- Codes that follow each other, whose scales lie elsewhere: two vectors at a time ---

struct HalfCodes {
    static constexpr int kBytes = 2;
    static constexpr float kFactor = 1; ///< to be multiplied with the scale, which is exact
    static ALWAYS_INLINE void load(const uint8_t* at, Lanes& a, Lanes& b) {
        a = fromHalves(at);
        b = fromHalves(at + 2 * kLanes);
    }
};

struct Fp8Codes {
    static constexpr int kBytes = 1;
    static constexpr float kFactor = 256;
    static ALWAYS_INLINE void load(const uint8_t* at, Lanes& a, Lanes& b) { fromFp8(at, a, b); }
};

struct SignedCodes {
    static constexpr int kBytes = 1;
    static constexpr float kFactor = 1;
    static ALWAYS_INLINE void load(const uint8_t* at, Lanes& a, Lanes& b) {
        a = fromSigned(at);
        b = fromSigned(at + kLanes);
    }
};

/// As many codes as a row has left, fewer than two vectors of them.
template <typename Codes>
LANES_INLINE void loadRest(const uint8_t* at, int64_t count, Lanes& a, Lanes& b) {
    uint8_t padded[2 * kLanes * Codes::kBytes] = {};
    memcpy(padded, at, static_cast<size_t>(count * Codes::kBytes));
    Codes::load(padded, a, b);
}

// --- GGUF blocks. unpack() calls work.operator()<column>(numbers) for kLanes columns at a time: number * scale, before
// the minimum of its 32 columns is taken off where a format has that. The layouts are described in
// stored_rows_scalar.cpp. ---

class Q8Block {
public:
    static constexpr int kCols = 32, kBytes = 34;
    static constexpr bool kHasMinimum = false;
    ALWAYS_INLINE explicit Q8Block(const uint8_t* bytes) : m_bytes(bytes) {}

    template <typename Work>
    ALWAYS_INLINE void unpack(Work work) const {
        const float scale = fromHalf(m_bytes);
        forConstants<0, kCols, kLanes>(
            [&]<int col>() ALWAYS_INLINE { work.template operator()<col>(fromSigned(m_bytes + 2 + col) * scale); });
    }

private:
    const uint8_t* m_bytes;
};

/// Scales and minima of the eight sub-blocks of Q4_K and Q5_K.
struct SubScales {
    ALWAYS_INLINE explicit SubScales(const uint8_t* block) {
        constexpr uint32_t kSix = 0x3f3f3f3f, kFour = 0x0f0f0f0f, kTop = 0x30303030;
        const uint32_t a = load<uint32_t>(block + 4), b = load<uint32_t>(block + 8), c = load<uint32_t>(block + 12);
        widen(a & kSix, (c & kFour) | (a >> 2 & kTop), fromHalf(block), scale);
        widen(b & kSix, (c >> 4 & kFour) | (b >> 2 & kTop), fromHalf(block + 2), minimum);
        keepInMemory(scale);
    }
    static ALWAYS_INLINE void widen(uint32_t low, uint32_t high, float factor, float* out) {
        const __m128i bytes = _mm_cvtsi64_si128((long long)(low | (uint64_t)high << 32));
        const __m256 numbers = _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(bytes));
        _mm256_storeu_ps(out, _mm256_mul_ps(numbers, _mm256_set1_ps(factor)));
    }
    float scale[8];
    float minimum[8];
};

class Q4Block {
public:
    static constexpr int kCols = 256, kBytes = 144;
    static constexpr bool kHasMinimum = true;
    ALWAYS_INLINE explicit Q4Block(const uint8_t* bytes) : m_bytes(bytes), m_sub(bytes) {}
    ALWAYS_INLINE const float* minimum() const { return m_sub.minimum; }

    template <typename Work>
    ALWAYS_INLINE void unpack(Work work) const {
        forConstants<0, kCols, 64>([&]<int col>() ALWAYS_INLINE {
            const Nibbles first = nibbles(m_sub.scale[col / 32]), second = nibbles(m_sub.scale[col / 32 + 1]);
            forConstants<0, 32, kLanes>([&]<int part>() ALWAYS_INLINE {
                const Bits bytes = fromBytes(m_bytes + 16 + col / 2 + part);
                work.template operator()<col + part>(lower(first, bytes));
                work.template operator()<col + 32 + part>(upper(second, bytes));
            });
        });
    }

private:
    const uint8_t* m_bytes;
    SubScales m_sub;
};

/// Calls `work` with 32 signed bytes, as numbers from column `col` on.
template <int col, typename Work>
LANES_INLINE void unpackBytes(__m256i bytes, Work work) {
    forConstants<0, 32 / kLanes, 1>(
        [&]<int part>() ALWAYS_INLINE { work.template operator()<col + part * kLanes>(numbersOf<part>(bytes)); });
}

/// Bits `from` .. of each byte, moved to bit 4 .. of it; `mask` says which.
template <int from>
LANES_INLINE __m256i toBit4(__m256i bytes, char mask) {
    const __m256i moved = from < 4 ? _mm256_slli_epi16(bytes, 4 - from) : _mm256_srli_epi16(bytes, from - 4);
    return _mm256_and_si256(moved, _mm256_set1_epi8(mask));
}

LANES_INLINE __m256i lowerHalves(__m256i bytes) {
    return _mm256_and_si256(bytes, _mm256_set1_epi8(15));
}

LANES_INLINE __m256i upperHalves(__m256i bytes) {
    return lowerHalves(_mm256_srli_epi16(bytes, 4));
}

class Q5Block {
public:
    static constexpr int kCols = 256, kBytes = 176;
    static constexpr bool kHasMinimum = true;
    ALWAYS_INLINE explicit Q5Block(const uint8_t* bytes) : m_bytes(bytes), m_sub(bytes) {}
    ALWAYS_INLINE const float* minimum() const { return m_sub.minimum; }

    template <typename Work>
    ALWAYS_INLINE void unpack(Work work) const {
        const __m256i above = load32(m_bytes + 16);
        forConstants<0, 8, 1>([&]<int sub>() ALWAYS_INLINE {
            const __m256i pairs = load32(m_bytes + 48 + sub / 2 * 32);
            const __m256i low = sub % 2 ? upperHalves(pairs) : lowerHalves(pairs);
            const float scale = m_sub.scale[sub];
            unpackBytes<sub * 32>(_mm256_or_si256(low, toBit4<sub>(above, 16)),
                                  [&]<int col>(Lanes numbers)
                                      ALWAYS_INLINE { work.template operator()<col>(numbers * scale); });
        });
    }

private:
    const uint8_t* m_bytes;
    SubScales m_sub;
};

class Q6Block {
public:
    static constexpr int kCols = 256, kBytes = 210;
    static constexpr bool kHasMinimum = false;
    ALWAYS_INLINE explicit Q6Block(const uint8_t* bytes) : m_bytes(bytes) {
        const float scale = fromHalf(bytes + 208);
        for (int i = 0; i < 16; i += kLanes)
            store(fromSigned(bytes + 192 + i) * scale, m_scales + i);
        keepInMemory(m_scales);
    }

    template <typename Work>
    ALWAYS_INLINE void unpack(Work work) const {
        forConstants<0, 8, 1>([&]<int run>() ALWAYS_INLINE {
            constexpr int kHalf = run / 4, kRun = run % 4;
            const __m256i pairs = load32(m_bytes + kHalf * 64 + kRun % 2 * 32);
            const __m256i low = kRun / 2 ? upperHalves(pairs) : lowerHalves(pairs);
            const __m256i high = toBit4<2 * kRun>(load32(m_bytes + 128 + kHalf * 32), 48);
            const __m256i numbers = _mm256_sub_epi8(_mm256_or_si256(low, high), _mm256_set1_epi8(32));
            unpackBytes<run * 32>(numbers, [&]<int col>(Lanes values) ALWAYS_INLINE {
                work.template operator()<col>(values * m_scales[col / 16]);
            });
        });
    }

private:
    const uint8_t* m_bytes;
    float m_scales[16];
};

// --- Scales ---

/// The first scale of the rows' grid, and how many belong to a row.
LANES_INLINE int64_t scalesAcross(const MatrixView& matrix) {
    return (matrix.cols + matrix.scaleCols - 1) / matrix.scaleCols;
}
LANES_INLINE const float* gridScales(const MatrixView& matrix, int64_t row) {
    return (const float*)matrix.scales + row / matrix.scaleRows * scalesAcross(matrix);
}

/// Scales of Fp4 that are unpacked at once.
constexpr int kFp4Scales = 2 * kLanes;

/// `count` scales of Fp4, at most kFp4Scales, to float32; zeros up to there.
LANES_INLINE void fp4Scales(const uint8_t* codes, int64_t count, float factor, float* out) {
    Lanes a, b;
    loadRest<Fp8Codes>(codes, count, a, b);
    store(a * Fp8Codes::kFactor * factor, out);
    store(b * Fp8Codes::kFactor * factor, out + kLanes);
}

} // namespace

} // namespace prunescope::model

#endif // __AVX2__
