#pragma once

// Only C headers: files for single instruction sets include this and must not bring inline functions along.
#include <stddef.h>
#include <stdint.h>

namespace prunescope::model {

/// Products of rows with each other on a CPU with AMX for bfloat16, as exact as in float32: each number is a sum of
/// three of bfloat16, and of their nine products the six are made that float32 would notice.
struct RowProducts {
    const float* rows; ///< [count, width]
    int64_t count;
    int64_t width;
    float* products; ///< [count, count]: written at and below the diagonal, and in the 32 x 32 squares on it
};

/// Rows of a piece of work of runRowProducts.
inline constexpr int64_t kProductRows = 256;

/// Whether the processor and the system have it (`flashAttentionRuns`). Any thread.
bool rowProductsRun();

/// Memory for the rows, laid out as tiles; to be aligned to 64.
size_t packedRowBytes(const RowProducts& call);

/// Pieces of work of packRowProducts: 32 rows each.
int64_t packedBands(const RowProducts& call);

/// Rows to `packed`, of the bands [first, last).
void packRowProducts(const RowProducts& call, void* packed, int64_t first, int64_t last);

/// Memory that one thread needs while it multiplies, in bytes; to be aligned to 64.
size_t productScratchBytes();

/// The products of the rows of block `block` of kProductRows, once everything is packed. Each thread has its own
/// `scratch`. Tile registers are set up and released inside.
void runRowProducts(const RowProducts& call, const void* packed, int64_t block, void* scratch);

} // namespace prunescope::model
