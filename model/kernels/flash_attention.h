#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include <stddef.h>
#include <stdint.h>

namespace prunescope::model {

/// Attention of `queries` tokens to `keys` tokens on a CPU with AMX. Numbers are bfloat16, element i of a token's head
/// is at token * tokenStride + head * headStride + i; nothing is owned or copied. Consecutive query heads share a key
/// head. The queries are the last of the keys: with `causal`, query i sees the keys 0 .. keys - queries + i.
struct AttentionCall {
    struct Rows {
        const uint16_t* data;
        int64_t tokenStride; ///< in elements
        int64_t headStride;  ///< in elements
    };
    Rows q;        ///< [queries, heads, headDim]
    Rows k;        ///< [keys, kvHeads, headDim]
    Rows v;        ///< [keys, kvHeads, headDim]
    uint16_t* out; ///< [queries, heads, headDim]; may overlap none of the others
    int64_t outTokenStride;
    int64_t outHeadStride;
    int64_t queries;
    int64_t keys;
    int heads;
    int kvHeads;
    int headDim;
    bool causal;
    float scale; ///< of q . k, above 0
    /// [heads, queries], or null where nobody wants them: log2 of what a query's weights 2^(log2(e) scale q . k) add up
    /// to. Heads lie `logTotalsStride` apart.
    float* logTotals;
    int64_t logTotalsStride;
};

/// A call, cut into tiles and into work for several threads. A result does not depend on who does which item.
struct FlashAttention {
    AttentionCall call;
    int groups;          ///< query heads that share a key head
    int depthSteps;      ///< of 32 elements, that cover headDim
    int columnTiles;     ///< of 16 elements, that cover headDim
    int64_t keySteps;    ///< of 32 keys
    int64_t rows;        ///< queries * groups: queries of one key head
    int64_t rowBlocks;   ///< of kFlashRows rows
    size_t packedBytes;  ///< of the keys and values, laid out as tiles
    int64_t packItems;   ///< pieces of work of packFlashAttention
    int64_t attendItems; ///< pieces of work of runFlashAttention
};

inline constexpr int kFlashRows = 64;
inline constexpr int kFlashMaxHeadDim = 128;

/// Whether the processor has AMX for bfloat16, the system allows its use and PRUNESCOPE_CPU does not forbid it. Any
/// thread.
bool flashAttentionRuns();

/// Whether there is a kernel for heads of this size: multiples of 8 up to kFlashMaxHeadDim.
bool flashAttentionTakes(int headDim);

/// Throws Error(Internal) for a call that makes no sense: no keys, more queries than keys, an uneven share of heads.
FlashAttention planFlashAttention(const AttentionCall& call);

/// Items [first, last) of packItems: keys and values to `packed` [packedBytes], aligned to 64 bytes.
void packFlashAttention(const FlashAttention& plan, void* packed, int64_t first, int64_t last);

/// Memory that one thread needs while it runs items, in bytes; to be aligned to 64.
size_t flashScratchBytes();

/// Items [first, last) of attendItems, once everything is packed. Each thread has its own `scratch`. Tile registers are
/// set up and released inside.
void runFlashAttention(const FlashAttention& plan, const void* packed, int64_t first, int64_t last, void* scratch);

} // namespace prunescope::model
