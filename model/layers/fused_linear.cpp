#include "model/layers/fused_linear.h"

#include "core/base/error.h"
#include "model/layers/gradient_ops.h"

#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace prunescope::model {

namespace {

using FusedLinear = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, c10::string_view,
                               c10::List<std::optional<at::Scalar>>, std::optional<c10::string_view>);

/// The operation, or nothing where LibTorch was built without oneDNN.
const std::optional<c10::TypedOperatorHandle<FusedLinear>>& fusedLinear() {
    static const auto found = []() -> std::optional<c10::TypedOperatorHandle<FusedLinear>> {
        const auto schema = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
        if (!schema || !at::hasMKLDNN())
            return {};
        return schema->typed<FusedLinear>();
    }();
    return found;
}

/// By LibTorch's operations, with a gradient where one is wanted.
at::Tensor generally(const Linear& linear, const at::Tensor& x, Activation activation) {
    const at::Tensor y = linear(x);
    switch (activation) {
    case Activation::TanhGelu:
        return gradient::isWanted(y) ? gradient::tanhGelu(y) : at::gelu(y, "tanh");
    case Activation::ErfGelu:
        return at::gelu(y);
    case Activation::QuickGelu:
        return (y * 1.702).sigmoid_().mul_(y);
    case Activation::SwiGlu:
        break;
    }
    check(false, "a GELU has one product before it");
    return {};
}

bool canFuse(const Linear& linear, const at::Tensor& x, Activation activation) {
    return !linear.weight.isPacked() && !linear.weight.isTrained() && !gradient::isWanted(x) &&
           (activation == Activation::TanhGelu || activation == Activation::ErfGelu);
}

} // namespace

at::Tensor geluLinear(const Linear& linear, const at::Tensor& x, Activation activation) {
    if (!canFuse(linear, x, activation))
        return generally(linear, x, activation);
    if (x.is_cuda() && linear.bias.defined() && activation == Activation::TanhGelu)
        return at::_addmm_activation(linear.bias, x, linear.weight.native().t(), 1, 1,
                                     true); // there GELU is the tanh one
    if (!x.is_cpu() || x.scalar_type() != at::kBFloat16 || !fusedLinear())
        return generally(linear, x, activation);
    // An undefined bias would be taken for a tensor.
    const std::optional<at::Tensor> bias = linear.bias.defined() ? std::optional(linear.bias) : std::nullopt;
    return fusedLinear()->call(x, linear.weight.native(), bias, "gelu", c10::List<std::optional<at::Scalar>>(),
                               activation == Activation::TanhGelu ? "tanh" : "none");
}

} // namespace prunescope::model
