#pragma once

#include "model/layers/linear.h"

namespace prunescope::model {

/// gelu(linear(x)), `approximate` as in at::gelu. On the CPU in bfloat16 as one operation of oneDNN: LibTorch's gelu
/// alone takes longer there than the product before it.
at::Tensor geluLinear(const Linear& linear, const at::Tensor& x, const char* approximate);

} // namespace prunescope::model
