#include "core/kernels/resize_rows.h"

#if defined(__GNUC__) && !defined(__clang__) // its intrinsics start from registers that are undefined on purpose
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

namespace prunescope {

namespace {

constexpr int kRows = 16; // one 32-bit lane a row
static_assert(kRows <= kMaxAcrossRows);

int32_t halfOf(int precision) {
    return precision > 0 ? 1 << (precision - 1) : 0;
}

__m512i broadcastPair(const int16_t* weights) {
    return _mm512_broadcastd_epi32(_mm_loadu_si32(weights));
}

// --- Across: 16 rows are turned so that a register holds one channel of two neighbouring pixels of every row. ---

/// One channel of a pixel pair: [row] of (left, right) as 16 bits.
using Pairs = __m512i;

struct Pixel {
    __m512i r, g, b; // [row] of 32-bit sums
};

__m512i inEveryLane(__m128i bytes) {
    return _mm512_broadcast_i32x4(bytes);
}

__m512i lanes(__m128i a, __m128i b, __m128i c, __m128i d) {
    const __m256i low = _mm256_inserti128_si256(_mm256_castsi128_si256(a), b, 1);
    const __m256i high = _mm256_inserti128_si256(_mm256_castsi128_si256(c), d, 1);
    return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
}

__m128i load(const uint8_t* bytes) {
    return _mm_loadu_si128((const __m128i*)bytes);
}

/// As `load` where only so many bytes belong to the row.
__m128i loadSome(const uint8_t* bytes, ptrdiff_t count) {
    return _mm_maskz_loadu_epi8((__mmask16)((1u << count) - 1), bytes);
}

/// Four pixels of rows j, j + 4, j + 8 and j + 12.
__m512i loadRows(const uint8_t* const* in, ptrdiff_t offset) {
    return lanes(load(in[0] + offset), load(in[4] + offset), load(in[8] + offset), load(in[12] + offset));
}

__m512i loadRowEnds(const uint8_t* const* in, ptrdiff_t offset, ptrdiff_t count) {
    return lanes(loadSome(in[0] + offset, count), loadSome(in[4] + offset, count), loadSome(in[8] + offset, count),
                 loadSome(in[12] + offset, count));
}

/// Pixels 0 to 3 of one channel, (0, 2, 1, 3) in the bytes of a lane, as two pairs.
void storePairs(__m512i channel, Pairs* left, Pairs* right) {
    _mm512_store_si512(left, _mm512_and_si512(channel, _mm512_set1_epi16(0xff)));
    _mm512_store_si512(right, _mm512_srli_epi16(channel, 8));
}

/// Turns four pixels of all rows into two pairs of three channels.
void turnIn(__m512i a, __m512i b, __m512i c, __m512i d, Pairs* pairs) {
    const __m512i byChannel = inEveryLane(_mm_setr_epi8(0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11, -1, -1, -1, -1));
    a = _mm512_shuffle_epi8(a, byChannel);
    b = _mm512_shuffle_epi8(b, byChannel);
    c = _mm512_shuffle_epi8(c, byChannel);
    d = _mm512_shuffle_epi8(d, byChannel);
    const __m512i rgAb = _mm512_unpacklo_epi32(a, b), rgCd = _mm512_unpacklo_epi32(c, d);
    const __m512i bAb = _mm512_unpackhi_epi32(a, b), bCd = _mm512_unpackhi_epi32(c, d);
    storePairs(_mm512_unpacklo_epi64(rgAb, rgCd), pairs, pairs + 3);
    storePairs(_mm512_unpackhi_epi64(rgAb, rgCd), pairs + 1, pairs + 4);
    storePairs(_mm512_unpacklo_epi64(bAb, bCd), pairs + 2, pairs + 5);
}

void turnTileIn(const AcrossTile& tile, ptrdiff_t rowBytes, const uint8_t* const* in, Pairs* pairs) {
    ptrdiff_t offset = (ptrdiff_t)tile.firstIn * 3;
    for (int x = 0; x < tile.countIn; x += 4, offset += 12, pairs += 6) {
        const ptrdiff_t left = rowBytes - offset;
        if (left >= 16)
            turnIn(loadRows(in, offset), loadRows(in + 1, offset), loadRows(in + 2, offset), loadRows(in + 3, offset),
                   pairs);
        else
            turnIn(loadRowEnds(in, offset, left), loadRowEnds(in + 1, offset, left), loadRowEnds(in + 2, offset, left),
                   loadRowEnds(in + 3, offset, left), pairs);
    }
}

Pixel sumWindow(const AcrossWindow& window, const int16_t* weights, const Pairs* pairs, __m512i half) {
    Pixel sum = {half, half, half};
    const Pairs* pair = pairs + (ptrdiff_t)window.firstPair * 3;
    for (int k = 0; k < window.pairs; ++k, pair += 3, weights += 2) {
        const __m512i weight = broadcastPair(weights);
        sum.r = _mm512_add_epi32(sum.r, _mm512_madd_epi16(pair[0], weight));
        sum.g = _mm512_add_epi32(sum.g, _mm512_madd_epi16(pair[1], weight));
        sum.b = _mm512_add_epi32(sum.b, _mm512_madd_epi16(pair[2], weight));
    }
    return sum;
}

/// Clamped bytes of one channel: lane l, dword j is row 4l + j, byte k is pixel k.
__m512i toBytes(__m512i a, __m512i b, __m512i c, __m512i d, __m512i precision) {
    const __m512i ab = _mm512_packs_epi32(_mm512_srav_epi32(a, precision), _mm512_srav_epi32(b, precision));
    const __m512i cd = _mm512_packs_epi32(_mm512_srav_epi32(c, precision), _mm512_srav_epi32(d, precision));
    const __m512i byRow = inEveryLane(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    return _mm512_shuffle_epi8(_mm512_packus_epi16(ab, cd), byRow);
}

/// Writes the 12 bytes of four pixels, with 4 more where they are in the row.
[[gnu::always_inline]] inline void store(uint8_t* out, __m128i pixels, ptrdiff_t left) {
    if (left >= 16)
        _mm_storeu_si128((__m128i*)out, pixels);
    else
        _mm_mask_storeu_epi8(out, (__mmask16)((1u << (left < 12 ? left : 12)) - 1), pixels);
}

/// `channels` hold red, green and blue of one row in every lane.
[[gnu::always_inline]] inline void storeRows(uint8_t* const* out, ptrdiff_t offset, __m512i channels, ptrdiff_t left) {
    const __m512i byPixel = inEveryLane(_mm_setr_epi8(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, -1, -1, -1, -1));
    const __m512i pixels = _mm512_shuffle_epi8(channels, byPixel);
    store(out[0] + offset, _mm512_castsi512_si128(pixels), left);
    store(out[4] + offset, _mm512_extracti32x4_epi32(pixels, 1), left);
    store(out[8] + offset, _mm512_extracti32x4_epi32(pixels, 2), left);
    store(out[12] + offset, _mm512_extracti32x4_epi32(pixels, 3), left);
}

/// Turns four pixels of all rows back and writes them.
void turnOut(const Pixel* sums, __m512i precision, uint8_t* const* out, ptrdiff_t offset, ptrdiff_t left) {
    const __m512i r = toBytes(sums[0].r, sums[1].r, sums[2].r, sums[3].r, precision);
    const __m512i g = toBytes(sums[0].g, sums[1].g, sums[2].g, sums[3].g, precision);
    const __m512i b = toBytes(sums[0].b, sums[1].b, sums[2].b, sums[3].b, precision);
    const __m512i rg01 = _mm512_unpacklo_epi32(r, g), rg23 = _mm512_unpackhi_epi32(r, g);
    const __m512i bb01 = _mm512_unpacklo_epi32(b, b), bb23 = _mm512_unpackhi_epi32(b, b);
    storeRows(out, offset, _mm512_unpacklo_epi64(rg01, bb01), left);
    storeRows(out + 1, offset, _mm512_unpackhi_epi64(rg01, bb01), left);
    storeRows(out + 2, offset, _mm512_unpacklo_epi64(rg23, bb23), left);
    storeRows(out + 3, offset, _mm512_unpackhi_epi64(rg23, bb23), left);
}

void acrossTile(const AcrossTaps& taps, const AcrossTile& tile, const Pairs* pairs, uint8_t* const* out) {
    const __m512i half = _mm512_set1_epi32(halfOf(taps.precision));
    const __m512i precision = _mm512_set1_epi32(taps.precision);
    const AcrossWindow* windows = taps.windows + tile.firstOut;
    const ptrdiff_t step = (ptrdiff_t)taps.pairWidth * 2;
    const int16_t* weights = taps.pairWeights + tile.firstOut * step;
    ptrdiff_t offset = (ptrdiff_t)tile.firstOut * 3;
    for (int group = 0; group < tile.groups; ++group, windows += 4, weights += 4 * step, offset += 12) {
        const Pixel sums[kAcrossGroup] = {sumWindow(windows[0], weights, pairs, half),
                                          sumWindow(windows[1], weights + step, pairs, half),
                                          sumWindow(windows[2], weights + 2 * step, pairs, half),
                                          sumWindow(windows[3], weights + 3 * step, pairs, half)};
        turnOut(sums, precision, out, offset, (ptrdiff_t)taps.outWidth * 3 - offset);
    }
}

void across(const AcrossTaps& taps, const uint8_t* const* in, uint8_t* const* out, void* scratch) {
    Pairs* pairs = (Pairs*)scratch;
    for (int i = 0; i < taps.tileCount; ++i) {
        turnTileIn(taps.tiles[i], (ptrdiff_t)taps.inWidth * 3, in, pairs);
        acrossTile(taps, taps.tiles[i], pairs, out);
    }
}

// --- Down: 64 bytes of a row at a time. Unpacking splits them over four registers, packing joins them in order. ---

struct Sums {
    __m512i a, b, c, d;
};

/// Adds upper * its weight + lower * its weight.
void addRows(Sums& sums, __m512i upper, __m512i lower, __m512i weights) {
    const __m512i zero = _mm512_setzero_si512();
    const __m512i low = _mm512_unpacklo_epi8(upper, lower), high = _mm512_unpackhi_epi8(upper, lower);
    sums.a = _mm512_add_epi32(sums.a, _mm512_madd_epi16(_mm512_unpacklo_epi8(low, zero), weights));
    sums.b = _mm512_add_epi32(sums.b, _mm512_madd_epi16(_mm512_unpackhi_epi8(low, zero), weights));
    sums.c = _mm512_add_epi32(sums.c, _mm512_madd_epi16(_mm512_unpacklo_epi8(high, zero), weights));
    sums.d = _mm512_add_epi32(sums.d, _mm512_madd_epi16(_mm512_unpackhi_epi8(high, zero), weights));
}

struct Rounding {
    __m512i half, precision;
};

__m512i packed(const Sums& sums, __m512i precision) {
    const __m512i ab = _mm512_packs_epi32(_mm512_srav_epi32(sums.a, precision), _mm512_srav_epi32(sums.b, precision));
    const __m512i cd = _mm512_packs_epi32(_mm512_srav_epi32(sums.c, precision), _mm512_srav_epi32(sums.d, precision));
    return _mm512_packus_epi16(ab, cd);
}

/// Bytes offset .. offset + 63 of an output row; `load` reads the same of an input row.
template <typename Load>
__m512i downBytes(const DownRow& row, const Rounding& rounding, Load load) {
    Sums sums = {rounding.half, rounding.half, rounding.half, rounding.half};
    int j = 0;
    for (; j + 1 < row.count; j += 2)
        addRows(sums, load(row.rows[j]), load(row.rows[j + 1]), broadcastPair(row.weights + j));
    if (j < row.count)
        addRows(sums, load(row.rows[j]), _mm512_setzero_si512(), _mm512_set1_epi32(row.weights[j] & 0xffff));
    return packed(sums, rounding.precision);
}

void down(const DownRow& row, uint8_t* out, size_t bytes) {
    const Rounding rounding = {_mm512_set1_epi32(halfOf(row.precision)), _mm512_set1_epi32(row.precision)};
    size_t i = 0;
    for (; i + 64 <= bytes; i += 64)
        _mm512_storeu_si512(out + i,
                            downBytes(row, rounding, [i](const uint8_t* in) { return _mm512_loadu_si512(in + i); }));
    if (i < bytes) {
        const __mmask64 some = ((__mmask64)1 << (bytes - i)) - 1;
        _mm512_mask_storeu_epi8(out + i, some, downBytes(row, rounding, [i, some](const uint8_t* in) {
                                    return _mm512_maskz_loadu_epi8(some, in + i);
                                }));
    }
}

} // namespace

const ResizeRows kResizeRowsAvx512 = {kRows, across, down};

} // namespace prunescope
