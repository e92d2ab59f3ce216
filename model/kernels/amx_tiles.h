#pragma once

// What all kernels with AMX share. Everything has internal linkage: code for one instruction set must never be shared
// with another. Only intrinsics here, see model/kernels/CMakeLists.txt.

#include <immintrin.h>
#include <stdint.h>

namespace prunescope::model {

namespace {

struct TileShapes {
    uint8_t palette;
    uint8_t startRow;
    uint8_t reserved[14];
    uint16_t rowBytes[16];
    uint8_t rows[16];
};

alignas(64) constexpr TileShapes kFullTiles = {
    1, 0, {}, {64, 64, 64, 64, 64, 64, 64, 64}, {16, 16, 16, 16, 16, 16, 16, 16}};

static inline int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

/// gcc does not know that a tile load reads memory: what was stored before has to be stored by now.
static inline void storesAreDone() {
    __asm__ volatile("" ::: "memory");
}

} // namespace

} // namespace prunescope::model
