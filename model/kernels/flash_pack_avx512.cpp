// Keys and values as the tiles that AMX multiplies by: pairs of neighbours along the summed axis stand side by side.
// Only intrinsics here, see model/kernels/CMakeLists.txt.
#include "model/kernels/flash_tiles.h"

#include <immintrin.h>

namespace prunescope::model {

namespace {

/// Elements [from, from + most) of a row, those at `end` and beyond left out.
uint32_t laneMask(int from, int most, int end) {
    const int count = end - from < most ? end - from : most;
    return count >= 32 ? ~0u : (1u << (count > 0 ? count : 0)) - 1;
}

/// rows[r] lane c -> rows[c] lane r, of 32 bits.
void transpose(__m512i* rows) {
    __m512i t[kTileRows];
    for (int i = 0; i < kTileRows; i += 4) { // 4x4 inside each 128-bit lane
        const __m512i low0 = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
        const __m512i high0 = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
        const __m512i low1 = _mm512_unpacklo_epi32(rows[i + 2], rows[i + 3]);
        const __m512i high1 = _mm512_unpackhi_epi32(rows[i + 2], rows[i + 3]);
        t[i] = _mm512_unpacklo_epi64(low0, low1);
        t[i + 1] = _mm512_unpackhi_epi64(low0, low1);
        t[i + 2] = _mm512_unpacklo_epi64(high0, high1);
        t[i + 3] = _mm512_unpackhi_epi64(high0, high1);
    }
    for (int i = 0; i < 4; ++i) { // 4x4 of those lanes
        const __m512i even0 = _mm512_shuffle_i32x4(t[i], t[i + 4], 0x88);
        const __m512i odd0 = _mm512_shuffle_i32x4(t[i], t[i + 4], 0xdd);
        const __m512i even1 = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0x88);
        const __m512i odd1 = _mm512_shuffle_i32x4(t[i + 8], t[i + 12], 0xdd);
        rows[i] = _mm512_shuffle_i32x4(even0, even1, 0x88);
        rows[i + 4] = _mm512_shuffle_i32x4(odd0, odd1, 0x88);
        rows[i + 8] = _mm512_shuffle_i32x4(even0, even1, 0xdd);
        rows[i + 12] = _mm512_shuffle_i32x4(odd0, odd1, 0xdd);
    }
}

/// 16 keys x 32 elements, from element `depth` on.
void packKeyTile(const AttentionCall& call, const uint16_t* head, int64_t key, int depth, uint16_t* tile) {
    const __mmask32 elements = laneMask(depth, 32, call.headDim);
    __m512i rows[kTileRows];
    for (int i = 0; i < kTileRows; ++i)
        rows[i] = key + i < call.keys
                      ? _mm512_maskz_loadu_epi16(elements, head + (key + i) * call.k.tokenStride + depth)
                      : _mm512_setzero_si512();
    transpose(rows);
    for (int i = 0; i < kTileRows; ++i)
        _mm512_store_si512(tile + i * 32, rows[i]);
}

__m512i widened(const AttentionCall& call, const uint16_t* head, int64_t key, int column) {
    if (key >= call.keys)
        return _mm512_setzero_si512();
    const __mmask16 elements = (__mmask16)laneMask(column, 16, call.headDim);
    return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(elements, head + key * call.v.tokenStride + column));
}

/// 32 keys x 16 elements, from element `column` on.
void packValueTile(const AttentionCall& call, const uint16_t* head, int64_t key, int column, uint16_t* tile) {
    for (int i = 0; i < kTileRows; ++i) {
        const __m512i even = widened(call, head, key + 2 * i, column);
        const __m512i odd = widened(call, head, key + 2 * i + 1, column);
        _mm512_store_si512(tile + i * 32, _mm512_or_si512(even, _mm512_slli_epi32(odd, 16)));
    }
}

void packStep(const FlashAttention& plan, int64_t kvHead, int64_t step, uint16_t* head) {
    const AttentionCall& call = plan.call;
    const int64_t key = step * kStepKeys;
    const uint16_t* keys = call.k.data + kvHead * call.k.headStride;
    const uint16_t* values = call.v.data + kvHead * call.v.headStride;
    uint16_t* tile = head + keyOffset(plan, step);
    for (int half = 0; half < 2; ++half)
        for (int depth = 0; depth < plan.depthSteps; ++depth, tile += kTileHalves)
            packKeyTile(call, keys, key + half * kTileRows, depth * 32, tile);
    for (int column = 0; column < plan.columnTiles; ++column) {
        tile = head + valueOffset(plan, column & ~1, step) + (column & 1) * kTileHalves;
        packValueTile(call, values, key, column * 16, tile);
    }
}

} // namespace

void packFlashAttention(const FlashAttention& plan, void* packed, int64_t first, int64_t last) {
    const int64_t perHead = plan.packItems / plan.call.kvHeads;
    for (int64_t item = first; item < last; ++item) {
        const int64_t kvHead = item / perHead, begin = item % perHead * kPackSteps;
        const int64_t end = begin + kPackSteps < plan.keySteps ? begin + kPackSteps : plan.keySteps;
        for (int64_t step = begin; step < end; ++step)
            packStep(plan, kvHead, step, (uint16_t*)packed + headOffset(plan, kvHead));
    }
}

} // namespace prunescope::model
