#pragma once

#include "model/layers/rotary.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <cstdint>
#include <vector>

namespace prunescope::model::gradient {

// Operations of the layers with a gradient. The kernels of inference run forward only; where one is used here, its
// derivative stands beside it. Layers take these wherever a gradient is wanted, so that a network is described once.

/// Whether a gradient is wanted of what is made of `x`.
inline bool isWanted(const at::Tensor& x) {
    return at::GradMode::is_enabled() && x.defined() && x.requires_grad();
}

/// y = x W^T + b; `bias` may be undefined.
at::Tensor product(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias = {});

/// RMS norm over the last axis (qwen3-vl spec 5.2).
at::Tensor rmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon);

/// Turns x [tokens, heads, headDim] by rotary angles, as model/layers/rotary.h.
at::Tensor turned(const at::Tensor& x, const RotaryTable& table);

/// silu(gate) * up of `gateUp` [tokens, 2 * inner], the gate first.
at::Tensor swiGlu(const at::Tensor& gateUp);

/// GELU by its tanh approximation.
at::Tensor tanhGelu(const at::Tensor& x);

/// Rows `indices` [n] of `table` [rows, width]. The gradient of a row that is taken often is summed.
at::Tensor rowsOf(const at::Tensor& table, const at::Tensor& indices);

/// Attention within segments of rows: q [tokens, heads, headDim], k and v [tokens, kvHeads, headDim];
/// [tokens, heads * headDim].
at::Tensor attention(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v,
                     const std::vector<std::int64_t>& segments, bool causal);

} // namespace prunescope::model::gradient
