#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include <stddef.h>
#include <stdint.h>

namespace prunescope::model {

/// Products of rows with each other on a CPU with AMX for bfloat16, as exact as in float32: each number is one of
/// bfloat16, or else a sum of three, and of their nine products the six are made that float32 would notice. Columns are
/// taken slice by slice: one is packed, then multiplied, before the next.
struct RowProducts {
    const float* rows; ///< [count, width]
    int64_t count;
    int64_t width;
    float* products; ///< [count, count]: written at and below the diagonal, and in the 32 x 32 squares on it
    bool halves;     ///< all numbers are of bfloat16
    int64_t slice;   ///< of the `productSlices`
};

/// Whether the processor and the system have it (`flashAttentionRuns`). Any thread.
bool rowProductsRun();

int64_t productSlices(const RowProducts& call);

/// Memory for the rows of a slice, laid out as tiles; to be aligned to 64.
size_t packedSliceBytes(const RowProducts& call);

/// Pieces of work of packing: rows.
int64_t packedBands(const RowProducts& call);

/// Pieces of work of multiplying: block i has the products of some more rows with all before, i + 1 times as many as
/// the first.
int64_t productBlocks(const RowProducts& call);

void packRowProducts(const RowProducts& call, void* packed, int64_t band);

/// Once everything is packed: the products of the first slice, or those of a later one added to what is there. Tile
/// registers are set up and released inside.
void runRowProducts(const RowProducts& call, const void* packed, int64_t block);

} // namespace prunescope::model
