#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include "model/kernels/flash_attention.h"

namespace prunescope::model {

/// How much attention each key gets from all queries, on a CPU with AMX: a second look at a call that flash attention
/// has run, whose `logTotals` it reads. Every head has keys of its own, nobody is hidden; `v` and `out` are not looked
/// at. `plan`: of the keys alone, packed by packFlashAttention. A result does not depend on who does which item.
struct AttentionColumns {
    FlashAttention plan;
    int itemSteps; ///< of 32 keys, of one item
    int64_t items; ///< pieces of work of sumAttentionColumns
};

/// `threads`: that will share the work. Throws Error(Internal) for a call that makes no sense.
AttentionColumns planAttentionColumns(const AttentionCall& call, int threads);

/// Memory that one thread needs while it runs items, in bytes; to be aligned to 64.
size_t columnScratchBytes();

/// Items [first, last) of `items`, once all keys are packed. `sums` [keys]: weights over all queries and heads, summed,
/// with those of each query and head adding up to 1. Each thread has its own `scratch`.
void sumAttentionColumns(const AttentionColumns& columns, const void* packed, int64_t first, int64_t last,
                         void* scratch, float* sums);

} // namespace prunescope::model
