#pragma once

#include "model/families/model_config.h"
#include "model/layers/cuda_ops.h"
#include "model/layers/fused_linear.h"
#include "model/layers/gradient_ops.h"

namespace prunescope::model {

/// fc2(gelu(fc1(x)))
struct GeluMlp {
    Linear fc1;
    Linear fc2;
    Activation activation = Activation::TanhGelu; ///< a GELU

    at::Tensor operator()(const at::Tensor& x) const { return fc2(geluLinear(fc1, x, activation)); }
    std::int64_t bytes() const { return fc1.bytes() + fc2.bytes(); }
};

/// down(silu(gate(x)) * up(x))
struct SwiGlu {
    Linear gate;
    Linear up;
    Linear down;
    std::optional<Linear> gateUp = {}; ///< both stacked, on a GPU

    at::Tensor operator()(const at::Tensor& x) const {
        if (gate.weight.isTrained() || gradient::isWanted(x))
            return down(gradient::swiGlu(productOfAll(x, {&gate, &up})));
        if (const auto gated = gateUp ? cudaGate((*gateUp)(x)) : std::nullopt)
            return down(*gated);
        return down(at::silu(gate(x)).mul_(up(x)));
    }
    std::int64_t bytes() const { return gate.bytes() + up.bytes() + down.bytes(); }
};

} // namespace prunescope::model
