// Column sums of attention, from the totals that flash attention left: a weight is then known from its score alone, so
// that nothing but 32x32 scores and one sum a key is ever stored. An item stays with its keys and goes over all heads
// and queries, bands of 32 at a time: nobody else adds to its sums.
//
// Only intrinsics here, see model/kernels/CMakeLists.txt.
#include "model/kernels/attention_columns.h"
#include "model/kernels/flash_amx.h"

namespace prunescope::model {

namespace {

/// Sums of the keys of an item.
using Sums = float[kMaxColumnSteps][kStepKeys];

struct alignas(64) Scratch {
    QueryTiles q;
    Scores scores[2];           ///< one is summed while the next is computed
    float logTotals[kBandRows]; ///< of the band's queries
    Sums head, all;
};

struct Job {
    const FlashAttention* plan;
    const uint16_t* keys; ///< of the item's first step, in the head
    int steps;
    int64_t head;
    float powerScale; ///< score -> power of two
    Scratch* scratch;
};

void clear(Sums& sums) {
    for (auto& step : sums)
        for (int half = 0; half < 2; ++half)
            _mm512_store_ps(step + half * 16, _mm512_setzero_ps());
}

void add(Sums& sums, const Sums& more) {
    for (int step = 0; step < kMaxColumnSteps; ++step)
        for (int half = 0; half < 2; ++half) {
            float* sum = &sums[step][half * 16];
            _mm512_store_ps(sum, _mm512_add_ps(_mm512_load_ps(sum), _mm512_load_ps(&more[step][half * 16])));
        }
}

/// Rows after the last have infinite totals: nothing of them is added.
void begin(const Job& job, int64_t firstRow, int rows) {
    const AttentionCall& call = job.plan->call;
    loadQueries(*job.plan, job.head, firstRow, rows, job.scratch->q);
    for (int i = 0; i < kBandRows; ++i)
        job.scratch->logTotals[i] =
            i < rows ? call.logTotals[job.head * call.logTotalsStride + firstRow + i] : __builtin_inff();
}

/// Weights of 32 queries, summed for each of 32 keys.
void sumRows(const Job& job, const Scores& scores, float* sums) {
    const __m512 scale = _mm512_set1_ps(job.powerScale);
    __m512 low = _mm512_setzero_ps(), high = low, x[8];
    for (int row = 0; row < kBandRows; row += 4) {
        const float* from = &scores[row / 16][0][row % 16 * 16];
        for (int i = 0; i < 8; ++i)
            x[i] = _mm512_fmsub_ps(_mm512_load_ps(from + i / 2 * 16 + i % 2 * kTileFloats), scale,
                                   _mm512_set1_ps(job.scratch->logTotals[row + i / 2]));
        raiseTwo(x);
        low = _mm512_add_ps(low, _mm512_add_ps(_mm512_add_ps(x[0], x[2]), _mm512_add_ps(x[4], x[6])));
        high = _mm512_add_ps(high, _mm512_add_ps(_mm512_add_ps(x[1], x[3]), _mm512_add_ps(x[5], x[7])));
    }
    _mm512_store_ps(sums, _mm512_add_ps(_mm512_load_ps(sums), low));
    _mm512_store_ps(sums + 16, _mm512_add_ps(_mm512_load_ps(sums + 16), high));
}

void sumBand(const Job& job) {
    Scratch& scratch = *job.scratch;
    const int depthSteps = job.plan->depthSteps;
    const int64_t stepKeys = 2 * depthSteps * kTileHalves;
    multiplyKeys(scratch.q, job.keys, depthSteps, scratch.scores[0]);
    for (int step = 0; step < job.steps; ++step) {
        if (step + 1 < job.steps)
            multiplyKeys(scratch.q, job.keys + (step + 1) * stepKeys, depthSteps, scratch.scores[(step + 1) % 2]);
        sumRows(job, scratch.scores[step % 2], scratch.head[step]);
    }
}

void sumHead(const Job& job) {
    const int64_t queries = job.plan->call.queries;
    clear(job.scratch->head);
    for (int64_t row = 0; row < queries; row += kBandRows) {
        begin(job, row, (int)least(queries - row, kBandRows));
        sumBand(job);
    }
    add(job.scratch->all, job.scratch->head);
}

void store(const Sums& sums, int64_t keys, float* out) {
    for (int64_t i = 0; i < keys; ++i)
        out[i] = sums[i / kStepKeys][i % kStepKeys];
}

} // namespace

size_t columnScratchBytes() {
    return sizeof(Scratch);
}

void sumAttentionColumns(const AttentionColumns& columns, const void* packed, int64_t first, int64_t last,
                         void* scratch, float* sums) {
    const FlashAttention& plan = columns.plan;
    Scratch* own = (Scratch*)scratch;
    const unsigned control = _mm_getcsr();
    _mm_setcsr(control | kFlushDenormals);
    _tile_loadconfig(&kFullTiles);
    for (int64_t item = first; item < last; ++item) {
        const int64_t step = item * columns.itemSteps, firstKey = step * kStepKeys;
        const int steps = (int)least(plan.keySteps - step, columns.itemSteps);
        clear(own->all);
        for (int64_t head = 0; head < plan.call.heads; ++head) {
            const uint16_t* keys = (const uint16_t*)packed + headOffset(plan, head) + keyOffset(plan, step);
            sumHead({&plan, keys, steps, head, plan.call.scale * kLog2E, own});
        }
        store(own->all, least(plan.call.keys - firstKey, (int64_t)steps * kStepKeys), sums + firstKey);
    }
    _tile_release();
    _mm_setcsr(control);
}

} // namespace prunescope::model
