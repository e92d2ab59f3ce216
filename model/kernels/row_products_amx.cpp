// Products of rows in tiles: 32 x 32 of them in four tile registers, over the columns of a slice, whose sums are then
// added in float32: a longer sum would lose digits.
//
// Only intrinsics here, see model/kernels/CMakeLists.txt.
#include "model/kernels/amx_tiles.h"
#include "model/kernels/flash_tiles.h"
#include "model/kernels/row_products.h"

namespace prunescope::model {

namespace {

constexpr int kParts = 3; // a number is the sum of so many of bfloat16, the largest first
constexpr int kBand = 32;
constexpr int kColumns = 32; // of a tile
constexpr int kSteps = 16;   // of kColumns, between two additions in float32
constexpr int kBands = 4;    // of a block

/// Tiles of 32 rows and kColumns columns.
typedef uint16_t BandTiles[kParts][2][kTileHalves];

/// 32 rows of a slice, as the left and as the right side of products have them.
struct alignas(64) Band {
    BandTiles left[kSteps];
    BandTiles right[kSteps];
};

typedef float Square[2][2][kTileFloats];

/// Steps of the slice.
int64_t stepsOf(const RowProducts& call) {
    const int64_t steps = (call.width + kColumns - 1) / kColumns - call.slice * kSteps;
    return least(steps, kSteps);
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

int partsOf(const RowProducts& call) {
    return call.halves ? 1 : kParts;
}

/// 32 columns of a row as the sum of so many numbers, in row `row` of a band's tiles.
void splitRow(__m512 low, __m512 high, int parts, int row, BandTiles& tiles) {
    for (int part = 0; part < parts; ++part) {
        const __m512bh rounded = _mm512_cvtne2ps_pbh(high, low);
        _mm512_store_si512(&tiles[part][row / 16][row % 16 * 32], (__m512i)rounded);
        low = _mm512_sub_ps(low, lowHalf(rounded));
        high = _mm512_sub_ps(high, highHalf(rounded));
    }
}

/// Zeros where there is no row or no column.
void splitBand(const RowProducts& call, int64_t band, int64_t step, BandTiles& tiles) {
    const int64_t column = (call.slice * kSteps + step) * kColumns, left = call.width - column;
    for (int row = 0; row < kBand; ++row) {
        const int64_t index = band * kBand + row;
        const int64_t there = index < call.count ? left : 0;
        const float* from = there > 0 ? call.rows + index * call.width + column : call.rows;
        splitRow(_mm512_maskz_loadu_ps(firstLanes(there), from),
                 _mm512_maskz_loadu_ps(firstLanes(there - 16), there > 16 ? from + 16 : from), partsOf(call), row,
                 tiles);
    }
}

/// Pairs of columns in rows of tiles: what the right side of a tile product has.
void transpose(const uint16_t* tile, uint16_t* turned) {
    const __m512i rows = _mm512_setr_epi32(0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240);
    for (int pair = 0; pair < 16; ++pair)
        _mm512_store_si512(turned + pair * 32, _mm512_i32gather_epi32(rows, (const int*)tile + pair, 4));
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

void addHalves(const BandTiles& left, const BandTiles& right) {
    loadLeft(left, 0);
    loadRight(right, 0);
    addProducts();
}

void multiply(const RowProducts& call, const Band& left, const Band& right, Square& sums) {
    storesAreDone();
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    const int64_t steps = stepsOf(call);
    for (int64_t step = 0; call.halves && step < steps; ++step)
        addHalves(left.left[step], right.right[step]);
    for (int64_t step = 0; !call.halves && step < steps; ++step)
        addStep(left.left[step], right.right[step]);
    _tile_stored(0, sums[0][0], 64);
    _tile_stored(1, sums[0][1], 64);
    _tile_stored(2, sums[1][0], 64);
    _tile_stored(3, sums[1][1], 64);
    storesAreDone();
}

/// Sums of a square to their place, onto what is there unless they are the first.
void addSquare(const RowProducts& call, const Square& sums, int64_t row, int64_t column) {
    const int64_t rows = least(call.count - row, kBand);
    for (int half = 0; half < 2; ++half) {
        const __mmask16 lanes = firstLanes(call.count - column - half * 16);
        for (int64_t i = 0; lanes && i < rows; ++i) {
            float* to = call.products + (row + i) * call.count + column + half * 16;
            __m512 sum = _mm512_load_ps(&sums[i / 16][half][i % 16 * 16]);
            if (call.slice > 0)
                sum = _mm512_add_ps(sum, _mm512_maskz_loadu_ps(lanes, to));
            _mm512_mask_storeu_ps(to, lanes, sum);
        }
    }
}

} // namespace

int64_t productSlices(const RowProducts& call) {
    return (call.width + kSteps * kColumns - 1) / (kSteps * kColumns);
}

size_t packedSliceBytes(const RowProducts& call) {
    return (size_t)packedBands(call) * sizeof(Band);
}

int64_t packedBands(const RowProducts& call) {
    return (call.count + kBand - 1) / kBand;
}

int64_t productBlocks(const RowProducts& call) {
    return (packedBands(call) + kBands - 1) / kBands;
}

void packRowProducts(const RowProducts& call, void* packed, int64_t band) {
    Band& tiles = ((Band*)packed)[band];
    for (int64_t step = 0; step < stepsOf(call); ++step) {
        splitBand(call, band, step, tiles.left[step]);
        for (int part = 0; part < partsOf(call); ++part)
            for (int half = 0; half < 2; ++half)
                transpose(tiles.left[step][part][half], tiles.right[step][part][half]);
    }
}

/// Each of the others is multiplied with all rows of the block while it is near.
void runRowProducts(const RowProducts& call, const void* packed, int64_t block) {
    const Band* bands = (const Band*)packed;
    const int64_t first = block * kBands, last = least(packedBands(call), first + kBands);
    alignas(64) Square sums;
    _tile_loadconfig(&kFullTiles);
    for (int64_t other = 0; other < last; ++other)
        for (int64_t band = other > first ? other : first; band < last; ++band) {
            multiply(call, bands[band], bands[other], sums);
            addSquare(call, sums, band * kBand, other * kBand);
        }
    _tile_release();
}

} // namespace prunescope::model
