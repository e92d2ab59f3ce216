#pragma once

#include "model/layers/cpu_rows.h"
#include "model/layers/cuda_ops.h"
#include "model/weights/weight_source.h"

namespace prunescope::model {

/// Mean and variance over the last axis.
struct LayerNorm {
    at::Tensor weight; ///< [width]
    at::Tensor bias;   ///< [width]
    double epsilon = 1e-6;

    at::Tensor operator()(const at::Tensor& x) const {
        return at::layer_norm(x, weight.sizes(), weight, bias, epsilon);
    }
};

/// w * x / rms(x). Statistics in float32; the normalised value is rounded to the activation's type *before* it is
/// multiplied (qwen3-vl spec 5.2).
struct RmsNorm {
    at::Tensor weight; ///< [width]
    double epsilon = 1e-6;
    static inline const at::Tensor bias{}; ///< has none

    at::Tensor operator()(const at::Tensor& x) const {
        if (auto normed = cpuRmsNorm(x, weight, epsilon))
            return *std::move(normed);
        if (const auto normed = x.is_cuda() ? cudaAddNorm(x, {}, weight, {}, epsilon) : std::nullopt)
            return *normed;
        const at::Tensor wide = x.to(at::kFloat);
        const at::Tensor scale = wide.square().mean(-1, true).add_(epsilon).rsqrt_();
        return (wide * scale).to(x.scalar_type()).mul_(weight);
    }
};

/// Adds `delta` to `hidden` (leaves it where that is undefined) and gives the norm of the sum. On a GPU one kernel,
/// which changes `hidden` in place; elsewhere `hidden` becomes another tensor.
template <typename Norm>
at::Tensor addAndNorm(at::Tensor& hidden, const at::Tensor& delta, const Norm& norm) {
    if (const auto normed =
            hidden.is_cuda() ? cudaAddNorm(hidden, delta, norm.weight, norm.bias, norm.epsilon) : std::nullopt)
        return *normed;
    if (delta.defined())
        hidden = hidden + delta;
    return norm(hidden);
}

inline LayerNorm loadLayerNorm(WeightSource& source, const std::string& name, std::int64_t width) {
    return {source.get(name + ".weight", {width}), source.get(name + ".bias", {width})};
}

inline RmsNorm loadRmsNorm(WeightSource& source, const std::string& name, std::int64_t width, double epsilon) {
    return {source.get(name + ".weight", {width}), epsilon};
}

} // namespace prunescope::model
