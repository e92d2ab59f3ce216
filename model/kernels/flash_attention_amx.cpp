// Attention that never stores the scores of all pairs (FlashAttention-2, algorithm 1): bands of 32 query rows go over
// the keys in units of some hundred, score them (Q K^T), weigh them (softmax) and gather the values (P V). Both
// products hold 2x2 tiles of their result in registers.
//
// A softmax may be shifted by any number near the row's largest score. Ours, the row's top, is taken from the first 32
// keys and raised only when weights have become large, so that scores are looked at once and only 32x32 of them are in
// memory: what is stored beyond the first cache costs more than the products. Tops are whole powers of two, hence
// raising one changes no digit of the result.
//
// Only intrinsics here, see model/kernels/CMakeLists.txt.
#include "model/kernels/flash_amx.h"

namespace prunescope::model {

namespace {

constexpr int kBands = kFlashRows / kBandRows;
constexpr int kUnitSteps = 8; // of kStepKeys keys; fewer store the sums too often, more leave the first cache
constexpr int kMaxColumnTiles = kFlashMaxHeadDim / kTileRows;
constexpr float kLargeWeights = 65536;

/// Rows of one block of queries, in tiles; lane i of a row's totals holds those of every 16th key.
struct alignas(64) Band {
    QueryTiles q;
    float out[2][kMaxColumnTiles][kTileFloats];
    float totals[kBandRows][kTileRows];
    float tops[kBandRows]; ///< as powers of two
    int64_t firstRow;
    int rows;
};

struct alignas(64) Scratch {
    Band bands[kBands];
    Scores scores[2]; ///< one is weighed while the next is computed
    uint16_t weights[2][kUnitSteps][kTileHalves];
    float sums[kBandRows][kTileRows]; ///< of the unit's weights
};

struct Job {
    const FlashAttention* plan;
    const uint16_t* packed; ///< keys and values of the key head
    int64_t kvHead;
    float powerScale; ///< score -> power of two
    Scratch* scratch;
};

/// Keys that a band looks at between two updates of its result.
struct Unit {
    int64_t firstStep;
    int steps;
};

int64_t visibleKeys(const FlashAttention& plan, int64_t row) {
    const AttentionCall& call = plan.call;
    return call.causal ? call.keys - call.queries + row / plan.groups + 1 : call.keys;
}

void begin(const Job& job, Band& band) {
    loadQueries(*job.plan, job.kvHead, band.firstRow, band.rows, band.q);
    for (int i = 0; i < kBandRows; ++i) {
        for (int column = 0; column < job.plan->columnTiles; ++column)
            _mm512_store_ps(&band.out[i / 16][column][i % 16 * 16], _mm512_setzero_ps());
        _mm512_store_ps(band.totals[i], _mm512_setzero_ps());
        band.tops[i] = -__builtin_inff();
    }
}

/// Minus infinity for the keys that a row does not see.
void hideKeys(const Job& job, const Band& band, int64_t step, Scores& scores) {
    const int64_t firstKey = step * kStepKeys;
    if (visibleKeys(*job.plan, band.firstRow) - firstKey >= kStepKeys)
        return; // the first row sees least
    const __m512 hidden = _mm512_set1_ps(-__builtin_inff());
    for (int i = 0; i < kBandRows; ++i) {
        const int64_t seen = visibleKeys(*job.plan, band.firstRow + i) - firstKey;
        const uint32_t lanes = seen >= 32 ? 0 : seen <= 0 ? ~0u : ~0u << seen;
        _mm512_mask_store_ps(&scores[i / 16][0][i % 16 * 16], (__mmask16)lanes, hidden);
        _mm512_mask_store_ps(&scores[i / 16][1][i % 16 * 16], (__mmask16)(lanes >> 16), hidden);
    }
}

void score(const Job& job, const Band& band, int64_t step, Scores& scores) {
    multiplyKeys(band.q, job.packed + keyOffset(*job.plan, step), job.plan->depthSteps, scores);
    hideKeys(job, band, step, scores);
}

/// Four rows of 32 keys, the last 16 of which lie a tile further.
void weighRows(const Job& job, const Band& band, int row, const float* scores, uint16_t* weights) {
    const __m512 scale = _mm512_set1_ps(job.powerScale);
    __m512 x[8];
    for (int i = 0; i < 8; ++i)
        x[i] = _mm512_fmsub_ps(_mm512_load_ps(scores + i / 2 * 16 + i % 2 * kTileFloats), scale,
                               _mm512_set1_ps(band.tops[row + i / 2]));
    raiseTwo(x);
    for (int i = 0; i < 4; ++i) {
        float* sum = job.scratch->sums[row + i];
        _mm512_store_ps(sum, _mm512_add_ps(_mm512_load_ps(sum), _mm512_add_ps(x[2 * i], x[2 * i + 1])));
        _mm512_store_si512(weights + i * 32, (__m512i)_mm512_cvtne2ps_pbh(x[2 * i + 1], x[2 * i]));
    }
}

/// Scores and weights of a unit. False where a weight is too large, or no number: its row's top is too low.
bool weigh(const Job& job, const Band& band, const Unit& unit) {
    Scratch& scratch = *job.scratch;
    for (int i = 0; i < kBandRows; ++i)
        _mm512_store_ps(scratch.sums[i], _mm512_setzero_ps());
    score(job, band, unit.firstStep, scratch.scores[0]);
    for (int step = 0; step < unit.steps; ++step) {
        if (step + 1 < unit.steps)
            score(job, band, unit.firstStep + step + 1, scratch.scores[(step + 1) % 2]);
        const Scores& scores = scratch.scores[step % 2];
        for (int row = 0; row < kBandRows; row += 4)
            weighRows(job, band, row, &scores[row / 16][0][row % 16 * 16],
                      &scratch.weights[row / 16][step][row % 16 * 32]);
    }
    __mmask16 tooLarge = 0;
    for (int i = 0; i < kBandRows; ++i)
        tooLarge |= _mm512_cmp_ps_mask(_mm512_load_ps(scratch.sums[i]), _mm512_set1_ps(kLargeWeights), _CMP_NLT_UQ);
    return tooLarge == 0;
}

/// A new top for a row, with everything summed so far.
void raiseTop(const Job& job, Band& band, int row, float top) {
    const __m512 factor = _mm512_scalef_ps(_mm512_set1_ps(1), _mm512_set1_ps(band.tops[row] - top));
    band.tops[row] = top;
    _mm512_store_ps(band.totals[row], _mm512_mul_ps(_mm512_load_ps(band.totals[row]), factor));
    for (int column = 0; column < job.plan->columnTiles; ++column) {
        float* out = &band.out[row / 16][column][row % 16 * 16];
        _mm512_store_ps(out, _mm512_mul_ps(_mm512_load_ps(out), factor));
    }
}

/// Tops not below any score of the unit.
void raiseTops(const Job& job, Band& band, const Unit& unit) {
    Scores& scores = job.scratch->scores[0];
    __m512 largest[kBandRows];
    for (int i = 0; i < kBandRows; ++i)
        largest[i] = _mm512_set1_ps(-__builtin_inff());
    for (int step = 0; step < unit.steps; ++step) {
        score(job, band, unit.firstStep + step, scores);
        for (int i = 0; i < kBandRows; ++i) {
            const float* row = &scores[i / 16][0][i % 16 * 16];
            const __m512 both = _mm512_max_ps(_mm512_load_ps(row), _mm512_load_ps(row + kTileFloats));
            largest[i] = _mm512_max_ps(largest[i], both);
        }
    }
    for (int i = 0; i < kBandRows; ++i) {
        const float top = __builtin_ceilf(_mm512_reduce_max_ps(largest[i]) * job.powerScale);
        if (top > band.tops[i])
            raiseTop(job, band, i, top);
    }
}

/// Tiles 0 to 3: the result, 4 and 5: weights, 6 and 7: values. One or two columns of tiles.
template <bool kTwo>
void gatherColumns(const Job& job, Band& band, const Unit& unit, int column) {
    const uint16_t(*weights)[kUnitSteps][kTileHalves] = job.scratch->weights;
    float(*out)[kTileFloats] = &band.out[0][column];
    float(*lower)[kTileFloats] = &band.out[1][column];
    _tile_loadd(0, out[0], 64);
    _tile_loadd(2, lower[0], 64);
    if (kTwo) {
        _tile_loadd(1, out[1], 64);
        _tile_loadd(3, lower[1], 64);
    }
    for (int step = 0; step < unit.steps; ++step) {
        const uint16_t* values = job.packed + valueOffset(*job.plan, column, unit.firstStep + step);
        _tile_loadd(4, weights[0][step], 64);
        _tile_stream_loadd(6, values, 64);
        _tile_loadd(5, weights[1][step], 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(2, 5, 6);
        if (kTwo) {
            _tile_stream_loadd(7, values + kTileHalves, 64);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(3, 5, 7);
        }
    }
    _tile_stored(0, out[0], 64);
    _tile_stored(2, lower[0], 64);
    if (kTwo) {
        _tile_stored(1, out[1], 64);
        _tile_stored(3, lower[1], 64);
    }
}

void gather(const Job& job, Band& band, const Unit& unit) {
    const int columns = job.plan->columnTiles;
    storesAreDone();
    for (int column = 0; column + 1 < columns; column += 2)
        gatherColumns<true>(job, band, unit, column);
    if (columns % 2 == 1)
        gatherColumns<false>(job, band, unit, columns - 1);
    for (int i = 0; i < kBandRows; ++i)
        _mm512_store_ps(band.totals[i],
                        _mm512_add_ps(_mm512_load_ps(band.totals[i]), _mm512_load_ps(job.scratch->sums[i])));
}

void attend(const Job& job, Band& band, const Unit& unit) {
    if (unit.firstStep == 0)
        raiseTops(job, band, {0, 1});
    if (!weigh(job, band, unit)) {
        raiseTops(job, band, unit);
        weigh(job, band, unit);
    }
    gather(job, band, unit);
}

/// For those who sum up the same weights by key.
void storeLogTotal(const Job& job, int64_t row, float top, float total) {
    const AttentionCall& call = job.plan->call;
    if (call.logTotals)
        call.logTotals[rowOffset(*job.plan, job.kvHead, row, 1, call.logTotalsStride)] = top + __builtin_log2f(total);
}

void finish(const Job& job, const Band& band) {
    const AttentionCall& call = job.plan->call;
    for (int i = 0; i < band.rows; ++i) {
        const int64_t row = band.firstRow + i;
        uint16_t* to = call.out + rowOffset(*job.plan, job.kvHead, row, call.outTokenStride, call.outHeadStride);
        const float total = _mm512_reduce_add_ps(_mm512_load_ps(band.totals[i]));
        const __m512 share = _mm512_set1_ps(1 / total);
        for (int column = 0; column < job.plan->columnTiles; ++column) {
            const __m512 sum = _mm512_load_ps(&band.out[i / 16][column][i % 16 * 16]);
            _mm256_mask_storeu_epi16(to + column * 16, (__mmask16)lanesOf(call.headDim, column * 16),
                                     (__m256i)_mm512_cvtneps_pbh(_mm512_mul_ps(sum, share)));
        }
        storeLogTotal(job, row, band.tops[i], total);
    }
}

/// Steps with a key that some row of the band sees.
int64_t stepsOf(const Job& job, const Band& band) {
    return (visibleKeys(*job.plan, band.firstRow + band.rows - 1) + kStepKeys - 1) / kStepKeys;
}

/// The bands take turns, so that keys are still near when the second needs them.
void runBlock(const Job& job, int64_t firstRow, int rows) {
    Band* bands = job.scratch->bands;
    const int count = (rows + kBandRows - 1) / kBandRows;
    for (int i = 0; i < count; ++i) {
        bands[i].firstRow = firstRow + i * kBandRows;
        bands[i].rows = (int)least(rows - i * kBandRows, kBandRows);
        begin(job, bands[i]);
    }
    for (int64_t step = 0; step < stepsOf(job, bands[count - 1]); step += kUnitSteps)
        for (int i = 0; i < count; ++i) {
            const int64_t left = stepsOf(job, bands[i]) - step;
            if (left > 0)
                attend(job, bands[i], {step, (int)least(left, kUnitSteps)});
        }
    for (int i = 0; i < count; ++i)
        finish(job, bands[i]);
}

} // namespace

size_t flashScratchBytes() {
    return sizeof(Scratch);
}

void runFlashAttention(const FlashAttention& plan, const void* packed, int64_t first, int64_t last, void* scratch) {
    const unsigned control = _mm_getcsr();
    _mm_setcsr(control | kFlushDenormals);
    _tile_loadconfig(&kFullTiles);
    for (int64_t item = first; item < last; ++item) {
        const int64_t kvHead = item / plan.rowBlocks, firstRow = item % plan.rowBlocks * kFlashRows;
        const uint16_t* head = (const uint16_t*)packed + headOffset(plan, kvHead);
        const Job job = {&plan, head, kvHead, plan.call.scale * kLog2E, (Scratch*)scratch};
        runBlock(job, firstRow, (int)least(plan.rows - firstRow, kFlashRows));
    }
    _tile_release();
    _mm_setcsr(control);
}

} // namespace prunescope::model
