#pragma once

// What the kernels with AMX of attention share: products of queries and keys, and powers of two. Everything has
// internal linkage: code for one instruction set must never be shared with another. Only intrinsics here, see
// model/kernels/CMakeLists.txt.

#include "model/kernels/amx_tiles.h"
#include "model/kernels/flash_tiles.h"

namespace prunescope::model {

namespace {

constexpr int kBandRows = 32;
constexpr int kMaxDepthSteps = kFlashMaxHeadDim / kStepKeys;
constexpr unsigned kFlushDenormals = 0x8040; // a weight that small counts for nothing and costs a hundred others
constexpr float kLog2E = 1.44269504f;

/// Queries of one head.
using QueryTiles = uint16_t[2][kMaxDepthSteps][kTileHalves];

/// Scores of 32 rows and 32 keys.
using Scores = float[2][2][kTileFloats];

/// Lanes of the elements [from, from + 32) that a head has.
static inline __mmask32 lanesOf(int headDim, int from) {
    const int count = headDim - from;
    return count >= 32 ? ~0u : (1u << count) - 1;
}

/// Offset of a query row's head, with the strides of q or of the result.
static inline int64_t rowOffset(const FlashAttention& plan, int64_t kvHead, int64_t row, int64_t tokenStride,
                                int64_t headStride) {
    return row / plan.groups * tokenStride + (kvHead * plan.groups + row % plan.groups) * headStride;
}

/// Rows of a key head's queries from `firstRow` on, zeros after the last of `rows`.
static inline void loadQueries(const FlashAttention& plan, int64_t kvHead, int64_t firstRow, int rows,
                               QueryTiles& tiles) {
    const AttentionCall& call = plan.call;
    for (int i = 0; i < kBandRows; ++i) {
        const uint16_t* q = call.q.data + rowOffset(plan, kvHead, firstRow + i, call.q.tokenStride, call.q.headStride);
        for (int depth = 0; depth < plan.depthSteps; ++depth) {
            const __mmask32 lanes = i < rows ? lanesOf(call.headDim, depth * 32) : 0;
            _mm512_store_si512(&tiles[i / 16][depth][i % 16 * 32], _mm512_maskz_loadu_epi16(lanes, q + depth * 32));
        }
    }
}

/// Tiles 0 to 3: sums, 4 and 5: rows, 6 and 7: keys. `keys`: packed, of one step.
static inline void multiplyKeys(const QueryTiles& q, const uint16_t* keys, int depthSteps, Scores& scores) {
    storesAreDone();
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (int depth = 0; depth < depthSteps; ++depth) {
        _tile_loadd(4, q[0][depth], 64);
        _tile_stream_loadd(6, keys + depth * kTileHalves, 64);
        _tile_loadd(5, q[1][depth], 64);
        _tile_stream_loadd(7, keys + (depthSteps + depth) * kTileHalves, 64);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, scores[0][0], 64);
    _tile_stored(2, scores[1][0], 64);
    _tile_stored(1, scores[0][1], 64);
    _tile_stored(3, scores[1][1], 64);
}

/// Each x -> 2^x, to 3e-6 of it: the minimax polynomial for fractions. Eight, so that the processor has enough to do at
/// a time.
static inline void raiseTwo(__m512 (&x)[8]) {
    constexpr float kTerms[] = {0.0135341679f, 0.0520114606f, 0.241442757f, 0.693003834f, 1.00000259f};
    constexpr int kFloorExactly = 0x09;
    __m512 fraction[8], power[8];
    for (int i = 0; i < 8; ++i)
        fraction[i] = _mm512_reduce_ps(x[i], kFloorExactly);
    for (int i = 0; i < 8; ++i)
        power[i] = _mm512_fmadd_ps(_mm512_set1_ps(kTerms[0]), fraction[i], _mm512_set1_ps(kTerms[1]));
    for (int term = 2; term < 5; ++term)
        for (int i = 0; i < 8; ++i)
            power[i] = _mm512_fmadd_ps(power[i], fraction[i], _mm512_set1_ps(kTerms[term]));
    for (int i = 0; i < 8; ++i)
        x[i] = _mm512_scalef_ps(power[i], x[i]);
}

} // namespace

} // namespace prunescope::model
