#pragma once

#include "model/families/model_config.h"

#include <ATen/ATen.h>

namespace prunescope::model {

// The gated delta rule, which stands in the place of attention in a linear layer (qwen3-5 spec 5). Pure functions; with
// grad mode on everything can be differentiated, without it a CPU takes kernels where there are some.

/// What a layer carries from token to token.
struct DeltaState {
    at::Tensor recent; ///< [kernel - 1, channels] last rows before the convolution, oldest first; activation type
    at::Tensor memory; ///< [valueHeads, keyDim, valueDim] float32
};

struct Convolved {
    at::Tensor values; ///< [n, channels], as `u`
    at::Tensor recent; ///< the new DeltaState::recent
};

/// silu of the causal depthwise convolution (5.2) of `u` [n, channels] with `taps` [channels, kernel]. `recent` is what
/// came before; undefined: zeros.
Convolved causalConvolution(const at::Tensor& u, const at::Tensor& taps, const at::Tensor& recent);

/// What decides how much a token forgets and writes, for all tokens and value heads.
struct DeltaGates {
    at::Tensor g;    ///< [n, valueHeads] float32, at most 0: log of the decay
    at::Tensor beta; ///< [n, valueHeads] float32, 0..1
};

/// 5.3, of the projections `a`, `b` [n, valueHeads] and the layer's `decayLog` (A_log) and `bias` (dt_bias)
/// [valueHeads].
DeltaGates deltaGates(const at::Tensor& a, const at::Tensor& b, const at::Tensor& decayLog, const at::Tensor& bias);

/// The rule's tokens. Consecutive value heads share a key head.
struct DeltaInput {
    at::Tensor q, k; ///< [n, keyHeads, keyDim] float32, of unit length, q also scaled (5.4)
    at::Tensor v;    ///< [n, valueHeads, valueDim] float32
    at::Tensor g, beta;
};

/// 5.4: queries, keys and values of `convolved` [n, channels].
DeltaInput deltaInput(const at::Tensor& convolved, const DeltaGates& gates, const LinearAttention& sizes);

struct DeltaOutput {
    at::Tensor values; ///< [n, valueHeads, valueDim] float32
    at::Tensor memory; ///< [valueHeads, keyDim, valueDim] float32, after the last token
};

// `memory` is that before the first token and stays as it is; undefined: zeros.

/// 5.7 in chunks of `chunk` tokens, rounded up to a power of two.
DeltaOutput deltaRuleChunked(const DeltaInput& input, const at::Tensor& memory, std::int64_t chunk = 64);

/// 5.5, token by token: the plain twin of the others.
DeltaOutput deltaRuleStepwise(const DeltaInput& input, const at::Tensor& memory);

/// The quickest of them for these tensors.
DeltaOutput deltaRule(const DeltaInput& input, const at::Tensor& memory);

/// deltaRule of deltaInput; on a CPU without the copies that stand between.
DeltaOutput deltaRule(const at::Tensor& convolved, const DeltaGates& gates, const LinearAttention& sizes,
                      const at::Tensor& memory);

/// 5.6: RMS norm with `weight` [valueDim] of every head of `values` [n, valueHeads, valueDim], times silu of `z` of the
/// same shape. [n, valueHeads * valueDim] in the type of `z`.
at::Tensor gatedNorm(const at::Tensor& values, const at::Tensor& z, const at::Tensor& weight, double epsilon);

} // namespace prunescope::model
