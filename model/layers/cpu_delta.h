#pragma once

#include "model/layers/delta_rule.h"

#include <optional>

namespace prunescope::model {

// Steps of delta_rule.h in few passes over memory, on a CPU in float32 or bfloat16. All give nothing where there is no
// kernel for these tensors, or where autograd follows them: callers then take the general way.

std::optional<at::Tensor> cpuConvolution(const at::Tensor& u, const at::Tensor& taps, const at::Tensor& recent);

std::optional<DeltaOutput> cpuDeltaRule(const DeltaInput& input, const at::Tensor& memory);

std::optional<DeltaOutput> cpuDeltaRule(const at::Tensor& convolved, const DeltaGates& gates,
                                        const LinearAttention& sizes, const at::Tensor& memory);

std::optional<at::Tensor> cpuGatedNorm(const at::Tensor& values, const at::Tensor& z, const at::Tensor& weight,
                                       double epsilon);

} // namespace prunescope::model
