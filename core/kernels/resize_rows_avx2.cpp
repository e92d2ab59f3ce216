#include "core/kernels/resize_rows.h"

#include <immintrin.h>
#include <string.h>

namespace prunescope {

namespace {

constexpr int kRows = 8; // one 32-bit lane a row
static_assert(kRows <= kMaxAcrossRows);

int32_t halfOf(int precision) {
    return precision > 0 ? 1 << (precision - 1) : 0;
}

__m256i broadcastPair(const int16_t* weights) {
    return _mm256_broadcastd_epi32(_mm_loadu_si32(weights));
}

// --- Across: 8 rows are turned so that a register holds one channel of two neighbouring pixels of every row. ---

/// One channel of a pixel pair: [row] of (left, right) as 16 bits.
using Pairs = __m256i;

struct Pixel {
    __m256i r, g, b; // [row] of 32-bit sums
};

__m256i inBothLanes(__m128i bytes) {
    return _mm256_broadcastsi128_si256(bytes);
}

/// 16 bytes of rows j and j + 4.
__m256i loadRows(const uint8_t* const* in, ptrdiff_t offset) {
    return _mm256_inserti128_si256(_mm256_castsi128_si256(_mm_loadu_si128((const __m128i*)(in[0] + offset))),
                                   _mm_loadu_si128((const __m128i*)(in[4] + offset)), 1);
}

/// As `loadRows` where only so many bytes belong to the row.
__m256i loadRowEnds(const uint8_t* const* in, ptrdiff_t offset, ptrdiff_t count) {
    uint8_t bytes[32] = {0};
    memcpy(bytes, in[0] + offset, (size_t)count);
    memcpy(bytes + 16, in[4] + offset, (size_t)count);
    return _mm256_loadu_si256((const __m256i*)bytes);
}

/// Pixels 0 to 3 of one channel, (0, 2, 1, 3) in the bytes of a lane, as two pairs.
void storePairs(__m256i channel, Pairs* left, Pairs* right) {
    _mm256_store_si256(left, _mm256_and_si256(channel, _mm256_set1_epi16(0xff)));
    _mm256_store_si256(right, _mm256_srli_epi16(channel, 8));
}

/// Turns four pixels of all rows into two pairs of three channels.
void turnIn(__m256i a, __m256i b, __m256i c, __m256i d, Pairs* pairs) {
    const __m256i byChannel = inBothLanes(_mm_setr_epi8(0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 11, -1, -1, -1, -1));
    a = _mm256_shuffle_epi8(a, byChannel);
    b = _mm256_shuffle_epi8(b, byChannel);
    c = _mm256_shuffle_epi8(c, byChannel);
    d = _mm256_shuffle_epi8(d, byChannel);
    const __m256i rgAb = _mm256_unpacklo_epi32(a, b), rgCd = _mm256_unpacklo_epi32(c, d);
    const __m256i bAb = _mm256_unpackhi_epi32(a, b), bCd = _mm256_unpackhi_epi32(c, d);
    storePairs(_mm256_unpacklo_epi64(rgAb, rgCd), pairs, pairs + 3);
    storePairs(_mm256_unpackhi_epi64(rgAb, rgCd), pairs + 1, pairs + 4);
    storePairs(_mm256_unpacklo_epi64(bAb, bCd), pairs + 2, pairs + 5);
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

Pixel sumWindow(const AcrossWindow& window, const int16_t* weights, const Pairs* pairs, __m256i half) {
    Pixel sum = {half, half, half};
    const Pairs* pair = pairs + (ptrdiff_t)window.firstPair * 3;
    for (int k = 0; k < window.pairs; ++k, pair += 3, weights += 2) {
        const __m256i weight = broadcastPair(weights);
        sum.r = _mm256_add_epi32(sum.r, _mm256_madd_epi16(pair[0], weight));
        sum.g = _mm256_add_epi32(sum.g, _mm256_madd_epi16(pair[1], weight));
        sum.b = _mm256_add_epi32(sum.b, _mm256_madd_epi16(pair[2], weight));
    }
    return sum;
}

/// Clamped bytes of one channel: lane l, dword j is row 4l + j, byte k is pixel k.
__m256i toBytes(__m256i a, __m256i b, __m256i c, __m256i d, __m256i precision) {
    const __m256i ab = _mm256_packs_epi32(_mm256_srav_epi32(a, precision), _mm256_srav_epi32(b, precision));
    const __m256i cd = _mm256_packs_epi32(_mm256_srav_epi32(c, precision), _mm256_srav_epi32(d, precision));
    const __m256i byRow = inBothLanes(_mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    return _mm256_shuffle_epi8(_mm256_packus_epi16(ab, cd), byRow);
}

/// Writes the 12 bytes of four pixels, with 4 more where they are in the row.
[[gnu::always_inline]] inline void store(uint8_t* out, __m128i pixels, ptrdiff_t left) {
    if (left >= 16) {
        _mm_storeu_si128((__m128i*)out, pixels);
    } else {
        uint8_t bytes[16];
        _mm_storeu_si128((__m128i*)bytes, pixels);
        memcpy(out, bytes, (size_t)(left < 12 ? left : 12));
    }
}

/// `channels` hold red, green and blue of one row in every lane.
[[gnu::always_inline]] inline void storeRows(uint8_t* const* out, ptrdiff_t offset, __m256i channels, ptrdiff_t left) {
    const __m256i byPixel = inBothLanes(_mm_setr_epi8(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, -1, -1, -1, -1));
    const __m256i pixels = _mm256_shuffle_epi8(channels, byPixel);
    store(out[0] + offset, _mm256_castsi256_si128(pixels), left);
    store(out[4] + offset, _mm256_extracti128_si256(pixels, 1), left);
}

/// Turns four pixels of all rows back and writes them.
void turnOut(const Pixel* sums, __m256i precision, uint8_t* const* out, ptrdiff_t offset, ptrdiff_t left) {
    const __m256i r = toBytes(sums[0].r, sums[1].r, sums[2].r, sums[3].r, precision);
    const __m256i g = toBytes(sums[0].g, sums[1].g, sums[2].g, sums[3].g, precision);
    const __m256i b = toBytes(sums[0].b, sums[1].b, sums[2].b, sums[3].b, precision);
    const __m256i rg01 = _mm256_unpacklo_epi32(r, g), rg23 = _mm256_unpackhi_epi32(r, g);
    const __m256i bb01 = _mm256_unpacklo_epi32(b, b), bb23 = _mm256_unpackhi_epi32(b, b);
    storeRows(out, offset, _mm256_unpacklo_epi64(rg01, bb01), left);
    storeRows(out + 1, offset, _mm256_unpackhi_epi64(rg01, bb01), left);
    storeRows(out + 2, offset, _mm256_unpacklo_epi64(rg23, bb23), left);
    storeRows(out + 3, offset, _mm256_unpackhi_epi64(rg23, bb23), left);
}

void acrossTile(const AcrossTaps& taps, const AcrossTile& tile, const Pairs* pairs, uint8_t* const* out) {
    const __m256i half = _mm256_set1_epi32(halfOf(taps.precision));
    const __m256i precision = _mm256_set1_epi32(taps.precision);
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

// --- Down: 32 bytes of a row at a time. Unpacking splits them over four registers, packing joins them in order. ---

struct Sums {
    __m256i a, b, c, d;
};

__m256i load(const uint8_t* bytes) {
    return _mm256_loadu_si256((const __m256i*)bytes);
}

/// Adds upper * its weight + lower * its weight.
void addRows(Sums& sums, __m256i upper, __m256i lower, __m256i weights) {
    const __m256i zero = _mm256_setzero_si256();
    const __m256i low = _mm256_unpacklo_epi8(upper, lower), high = _mm256_unpackhi_epi8(upper, lower);
    sums.a = _mm256_add_epi32(sums.a, _mm256_madd_epi16(_mm256_unpacklo_epi8(low, zero), weights));
    sums.b = _mm256_add_epi32(sums.b, _mm256_madd_epi16(_mm256_unpackhi_epi8(low, zero), weights));
    sums.c = _mm256_add_epi32(sums.c, _mm256_madd_epi16(_mm256_unpacklo_epi8(high, zero), weights));
    sums.d = _mm256_add_epi32(sums.d, _mm256_madd_epi16(_mm256_unpackhi_epi8(high, zero), weights));
}

struct Rounding {
    __m256i half, precision;
};

__m256i packed(const Sums& sums, __m256i precision) {
    const __m256i ab = _mm256_packs_epi32(_mm256_srav_epi32(sums.a, precision), _mm256_srav_epi32(sums.b, precision));
    const __m256i cd = _mm256_packs_epi32(_mm256_srav_epi32(sums.c, precision), _mm256_srav_epi32(sums.d, precision));
    return _mm256_packus_epi16(ab, cd);
}

__m256i downBytes(const DownRow& row, const Rounding& rounding, size_t offset) {
    Sums sums = {rounding.half, rounding.half, rounding.half, rounding.half};
    int j = 0;
    for (; j + 1 < row.count; j += 2)
        addRows(sums, load(row.rows[j] + offset), load(row.rows[j + 1] + offset), broadcastPair(row.weights + j));
    if (j < row.count)
        addRows(sums, load(row.rows[j] + offset), _mm256_setzero_si256(), _mm256_set1_epi32(row.weights[j] & 0xffff));
    return packed(sums, rounding.precision);
}

uint8_t downByte(const DownRow& row, size_t offset) {
    int32_t sum = halfOf(row.precision);
    for (int j = 0; j < row.count; ++j)
        sum += row.rows[j][offset] * row.weights[j];
    sum >>= row.precision;
    return (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
}

void down(const DownRow& row, uint8_t* out, size_t bytes) {
    const Rounding rounding = {_mm256_set1_epi32(halfOf(row.precision)), _mm256_set1_epi32(row.precision)};
    size_t i = 0;
    for (; i + 32 <= bytes; i += 32)
        _mm256_storeu_si256((__m256i*)(out + i), downBytes(row, rounding, i));
    for (; i < bytes; ++i)
        out[i] = downByte(row, i);
}

} // namespace

const ResizeRows kResizeRowsAvx2 = {kRows, across, down};

} // namespace prunescope
