#pragma once

#include "model/layers/cuda_ops.h"
#include "model/layers/gradient_ops.h"
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
/// multiplied (qwen3-vl spec 5.2), or of a centred one, (1 + w) * x / rms(x), once at the end (qwen3-5 spec 4).
struct RmsNorm {
    at::Tensor weight; ///< [width]
    double epsilon = 1e-6;
    bool centred = false;                  ///< `weight` is 1 + w in float32, or
    bool isOffset = false;                 ///< of a network in training, w alone
    static inline const at::Tensor bias{}; ///< has none

    at::Tensor operator()(const at::Tensor& x) const;
    /// In LibTorch operations.
    at::Tensor generally(const at::Tensor& x) const;
};

/// Either of the two.
struct Norm {
    at::Tensor weight;
    at::Tensor bias; ///< undefined: RMS
    double epsilon = 1e-6;

    at::Tensor operator()(const at::Tensor& x) const {
        return bias.defined() ? LayerNorm{weight, bias, epsilon}(x) : RmsNorm{weight, epsilon}(x);
    }
};

/// Adds `delta` to `hidden` (leaves it where that is undefined) and gives the norm of the sum. On a GPU one kernel,
/// which changes `hidden` in place; elsewhere `hidden` becomes another tensor.
template <typename Norm>
at::Tensor addAndNorm(at::Tensor& hidden, const at::Tensor& delta, const Norm& norm) {
    bool isOffset = false; // the kernel multiplies with the weight as it is
    if constexpr (requires { norm.isOffset; })
        isOffset = norm.isOffset;
    const bool canChange = hidden.is_cuda() && !isOffset && !gradient::isWanted(hidden) && !gradient::isWanted(delta) &&
                           !gradient::isWanted(norm.weight);
    if (const auto normed = canChange ? cudaAddNorm(hidden, delta, norm.weight, norm.bias, norm.epsilon) : std::nullopt)
        return *normed;
    if (delta.defined())
        hidden = hidden + delta;
    return norm(hidden);
}

/// `name`.weight and, of one of mean and variance, `name`.bias [width].
Norm loadNorm(WeightSource& source, const std::string& name, std::int64_t width, bool hasBias, double epsilon);

RmsNorm loadRmsNorm(WeightSource& source, const std::string& name, std::int64_t width, double epsilon,
                    bool centred = false);

} // namespace prunescope::model
