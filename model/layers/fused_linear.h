#pragma once

#include "model/families/model_config.h"
#include "model/layers/linear.h"

namespace prunescope::model {

/// gelu(linear(x)), by one of the GELUs. On the CPU in bfloat16 as one operation of oneDNN where there is one:
/// LibTorch's gelu alone takes longer there than the product before it.
at::Tensor geluLinear(const Linear& linear, const at::Tensor& x, Activation activation);

} // namespace prunescope::model
