#pragma once

#include "model/layers/rotary.h"

#include <ATen/ATen.h>
#include <optional>

namespace prunescope::model {

// Steps between the products of a layer in one pass over memory, where LibTorch's operations make half a dozen. Both
// give nothing where there is no kernel for these tensors: callers then take the general way.

/// RMS norm of every row of `x` [..., width] (qwen3-vl spec 5.2), on a CPU in float32 or bfloat16; a weight in float32
/// is multiplied in float32 (qwen3-5 spec 4).
std::optional<at::Tensor> cpuRmsNorm(const at::Tensor& x, const at::Tensor& weight, double epsilon);

/// Computes `rotate` for neighbouring elements of a head on a CPU in float32 or bfloat16.
std::optional<at::Tensor> cpuRotate(const at::Tensor& x, const RotaryTable& table);

} // namespace prunescope::model
