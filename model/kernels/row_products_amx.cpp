// Products of rows in tiles: 32 x 32 of them in four tile registers, over 256 columns at a time, whose sums are then
// added in float32: a longer sum would lose digits. The rows of a block and 32 others are near while they are
// multiplied.
//
// Only intrinsics here, see model/kernels/CMakeLists.txt.
#include "model/kernels/flash_tiles.h"
#include "model/kernels/row_products.h"

#include <immintrin.h>

namespace prunescope::model {

namespace {

constexpr int kParts = 3; // a number is the sum of so many of bfloat16, the largest first
constexpr int kBand = 32;
constexpr int kColumns = 32; // of a tile
constexpr int kSteps = 8;    // of kColumns, between two additions in float32
constexpr int kBands = kProductRows / kBand;

/// Tiles of 32 rows and kColumns columns.
typedef uint16_t BandTiles[kParts][2][kTileHalves];

struct alignas(64) Scratch {
    BandTiles rows[kBands][kSteps];
    float sums[2][2][kTileFloats];
};

struct TileShapes {
    uint8_t palette;
    uint8_t startRow;
    uint8_t reserved[14];
    uint16_t rowBytes[16];
    uint8_t rows[16];
};

alignas(64) constexpr TileShapes kFullTiles = {
    1, 0, {}, {64, 64, 64, 64, 64, 64, 64, 64}, {16, 16, 16, 16, 16, 16, 16, 16}};

/// gcc does not know that a tile load reads memory: what was stored before has to be stored by now.
void storesAreDone() {
    __asm__ volatile("" ::: "memory");
}

int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

int64_t stepsOf(const RowProducts& call) {
    return (call.width + kColumns - 1) / kColumns;
}

__mmask16 firstLanes(int64_t count) {
    return count >= 16 ? (__mmask16)0xffff : count <= 0 ? (__mmask16)0 : (__mmask16)((1u << count) - 1);
}

/// The parts as float32 numbers.
__m512 lowHalf(__m512bh parts) {
    return _mm512_cvtpbh_ps((__m256bh)_mm512_castsi512_si256((__m512i)parts));
}

__m512 highHalf(__m512bh parts) {
    return _mm512_cvtpbh_ps((__m256bh)_mm512_extracti64x4_epi64((__m512i)parts, 1));
}

/// 32 columns of a row as the sum of three numbers, in row `row` of a band's tiles.
void splitRow(__m512 low, __m512 high, int row, BandTiles& tiles) {
    for (int part = 0; part < kParts; ++part) {
        const __m512bh rounded = _mm512_cvtne2ps_pbh(high, low);
        _mm512_store_si512(&tiles[part][row / 16][row % 16 * 32], (__m512i)rounded);
        low = _mm512_sub_ps(low, lowHalf(rounded));
        high = _mm512_sub_ps(high, highHalf(rounded));
    }
}

/// Zeros where there is no row or no column.
void splitBand(const RowProducts& call, int64_t band, int64_t step, BandTiles& tiles) {
    const int64_t column = step * kColumns, left = call.width - column;
    for (int row = 0; row < kBand; ++row) {
        const int64_t index = band * kBand + row;
        const int64_t there = index < call.count ? left : 0;
        const float* from = there > 0 ? call.rows + index * call.width + column : call.rows;
        splitRow(_mm512_maskz_loadu_ps(firstLanes(there), from),
                 _mm512_maskz_loadu_ps(firstLanes(there - 16), there > 16 ? from + 16 : from), row, tiles);
    }
}

/// Pairs of columns in rows of tiles: what the right side of a tile product has.
void transpose(const uint16_t* tile, uint16_t* turned) {
    const __m512i rows = _mm512_setr_epi32(0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240);
    for (int pair = 0; pair < 16; ++pair)
        _mm512_store_si512(turned + pair * 32, _mm512_i32gather_epi32(rows, (const int*)tile + pair, 4));
}

BandTiles& packedBand(const RowProducts& call, void* packed, int64_t band, int64_t step) {
    return ((BandTiles*)packed)[band * stepsOf(call) + step];
}

/// Of the left side, in registers 4 and 5.
void loadLeft(const BandTiles& tiles, int part) {
    _tile_loadd(4, tiles[part][0], 64);
    _tile_loadd(5, tiles[part][1], 64);
}

/// Of the right side, in registers 6 and 7.
void loadRight(const BandTiles& tiles, int part) {
    _tile_loadd(6, tiles[part][0], 64);
    _tile_loadd(7, tiles[part][1], 64);
}

void addProducts() {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(3, 5, 7);
}

/// The six products of parts that count, in an order in which most stay in their registers.
void addStep(const BandTiles& left, const BandTiles& right) {
    loadLeft(left, 2);
    loadRight(right, 0);
    addProducts();
    loadLeft(left, 1);
    addProducts();
    loadRight(right, 1);
    addProducts();
    loadLeft(left, 0);
    addProducts();
    loadRight(right, 2);
    addProducts();
    loadRight(right, 0);
    addProducts();
}

void multiply(const BandTiles* left, const BandTiles* right, int64_t steps, float (&sums)[2][2][kTileFloats]) {
    storesAreDone();
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (int64_t step = 0; step < steps; ++step)
        addStep(left[step], right[step]);
    _tile_stored(0, sums[0][0], 64);
    _tile_stored(1, sums[0][1], 64);
    _tile_stored(2, sums[1][0], 64);
    _tile_stored(3, sums[1][1], 64);
    storesAreDone();
}

/// Sums of a square to their place, onto what is there unless it is the first.
void addSquare(const RowProducts& call, const float (&sums)[2][2][kTileFloats], int64_t row, int64_t column,
               bool first) {
    const int64_t rows = least(call.count - row, kBand);
    for (int half = 0; half < 2; ++half) {
        const __mmask16 lanes = firstLanes(call.count - column - half * 16);
        for (int64_t i = 0; lanes && i < rows; ++i) {
            float* to = call.products + (row + i) * call.count + column + half * 16;
            __m512 sum = _mm512_load_ps(&sums[i / 16][half][i % 16 * 16]);
            if (!first)
                sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(lanes, to));
            _mm512_mask_storeu_ps(to, lanes, sum);
        }
    }
}

} // namespace

size_t packedRowBytes(const RowProducts& call) {
    return (size_t)(packedBands(call) * stepsOf(call)) * sizeof(BandTiles);
}

int64_t packedBands(const RowProducts& call) {
    return (call.count + kBand - 1) / kBand;
}

void packRowProducts(const RowProducts& call, void* packed, int64_t first, int64_t last) {
    alignas(64) BandTiles tiles;
    for (int64_t band = first; band < last; ++band)
        for (int64_t step = 0; step < stepsOf(call); ++step) {
            splitBand(call, band, step, tiles);
            BandTiles& turned = packedBand(call, packed, band, step);
            for (int part = 0; part < kParts; ++part)
                for (int half = 0; half < 2; ++half)
                    transpose(tiles[part][half], turned[part][half]);
        }
}

size_t productScratchBytes() {
    return sizeof(Scratch);
}

void runRowProducts(const RowProducts& call, const void* packed, int64_t block, void* memory) {
    Scratch& scratch = *(Scratch*)memory;
    const int64_t firstBand = block * kBands, bands = least(packedBands(call) - firstBand, kBands);
    _tile_loadconfig(&kFullTiles);
    for (int64_t first = 0; first < stepsOf(call); first += kSteps) {
        const int64_t steps = least(stepsOf(call) - first, kSteps);
        for (int64_t band = 0; band < bands; ++band)
            for (int64_t step = 0; step < steps; ++step)
                splitBand(call, firstBand + band, first + step, scratch.rows[band][step]);
        for (int64_t other = 0; other < firstBand + bands; ++other)
            for (int64_t band = other > firstBand ? other - firstBand : 0; band < bands; ++band) {
                multiply(scratch.rows[band], &packedBand(call, (void*)packed, other, first), steps, scratch.sums);
                addSquare(call, scratch.sums, (firstBand + band) * kBand, other * kBand, first == 0);
            }
    }
    _tile_release();
}

} // namespace prunescope::model
