#pragma once

#include "model/kernels/matrix_vector.h"

#include <cstdint>

namespace prunescope::model {

// What happens to the one token of a decode step between the matrices, in float32. Safe from any thread.

/// `count` numbers of a native type (Float32 or BFloat16) to float32.
void widen(WeightType type, const void* from, std::int64_t count, float* to);
/// The other way; to bfloat16 it rounds to the nearest, the even one on ties.
void narrow(WeightType type, const float* from, std::int64_t count, void* to);

/// y = weight * x / rms(x) over `count` values; y may be x.
void rmsNorm(const float* x, const float* weight, std::int64_t count, float epsilon, float* y);

/// Turns the pairs (i, i + headDim / 2) of a head by the angles of `cos`, `sin` [headDim], whose halves are equal.
void rotateHead(float* head, const float* cos, const float* sin, std::int64_t headDim);

/// gate = silu(gate) * up
void swiGlu(float* gate, const float* up, std::int64_t count);

/// Queries of the heads that share one key head, and where their results go.
struct HeadGroup {
    const float* queries; ///< [heads, headDim], already scaled
    float* scores;        ///< [heads, tokens], overwritten
    float* results;       ///< [heads, headDim]
    std::int64_t heads;
};

/// Softmax attention of each query to all rows of `keys` and `values` [tokens, headDim], of Float32 or BFloat16.
void attend(const MatrixVector& kernels, const MatrixView& keys, const MatrixView& values, const HeadGroup& group);

} // namespace prunescope::model
