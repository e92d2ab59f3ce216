#pragma once

#include "model/layers/cuda_ops.h"
#include "model/layers/fused_linear.h"

namespace prunescope::model {

/// fc2(gelu(fc1(x))); `approximate` is "tanh" in the vision layers and "none" (erf) in the mergers.
struct GeluMlp {
    Linear fc1;
    Linear fc2;
    const char* approximate = "tanh";

    at::Tensor operator()(const at::Tensor& x) const { return fc2(geluLinear(fc1, x, approximate)); }
};

/// down(silu(gate(x)) * up(x))
struct SwiGlu {
    Linear gate;
    Linear up;
    Linear down;
    std::optional<Linear> gateUp = {}; ///< both stacked, on a GPU

    at::Tensor operator()(const at::Tensor& x) const {
        if (const auto gated = gateUp ? cudaGate((*gateUp)(x)) : std::nullopt)
            return down(*gated);
        return down(at::silu(gate(x)).mul_(up(x)));
    }
};

} // namespace prunescope::model
