// The products of a token step (token_linear.cu), one launch each.
#pragma once

#include "model/kernels/launch.cuh"
#include "model/kernels/token_rows.cuh"

namespace prunescope::model::cuda {

/// A vector that is normalised on the way in.
struct NormedInput {
    const float* x;      ///< [width]
    const float* weight; ///< [width]
    float epsilon;
    ValueType type;
};

/// hidden = row of the embedding; cosines and sines of the position.
void beginToken(Launcher& launch, const TokenPlan& plan);
/// out = matrices * normed(in)
void normedProduct(Launcher& launch, const NormedInput& in, const StackedRows& matrices, float* out);
/// hidden += matrix * in
void addedProduct(Launcher& launch, const float* in, const MatrixView& matrix, float* hidden, ValueType type);
/// out = silu(gate * normed(in)) * (up * normed(in))
void gatedProduct(Launcher& launch, const NormedInput& in, const MatrixView& gate, const MatrixView& up, float* out);
/// logits, the best of them, and everything the next step needs.
void endToken(Launcher& launch, const TokenPlan& plan);
/// Scores, softmax and values of one layer, with the new token's key and value put into the room (token_attention.cu).
void tokenAttention(Launcher& launch, const TokenPlan& plan, int layer);

} // namespace prunescope::model::cuda
