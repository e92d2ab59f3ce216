#pragma once

// What one thread needs while it runs PromptRule.

#include "model/kernels/delta_prompt.h"

namespace prunescope::model {

/// Tokens of a chunk: fewer read and write the memory too often, more have many pairs among themselves.
inline constexpr int kDeltaChunk = 32;

struct DeltaScratch {
    float* state;      ///< [value heads of a key head, keyDim * valueDim] in panels
    float* q;          ///< [chunk, keyDim]
    float* k;          ///< [chunk, keyDim]
    float* transposed; ///< [keyDim, chunk] K^T
    float* products;   ///< [chunk, chunk] K K^T
    float* scores;     ///< [chunk, chunk] Q K^T
    float* system;     ///< [chunk, chunk] -A, with a diagonal that is not read
    float* attention;  ///< [chunk, chunk] (Q K^T) .* D
    float* rest;       ///< [chunk, width of a panel] R
    float* scale;      ///< [chunk] e^G
    float* left;       ///< [chunk] e^(G_c - G)
    float* beta;       ///< [chunk]
};

DeltaScratch cutScratch(const PromptRule& prompt, float* numbers);

} // namespace prunescope::model
