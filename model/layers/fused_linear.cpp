#include "model/layers/fused_linear.h"

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

} // namespace

at::Tensor geluLinear(const Linear& linear, const at::Tensor& x, const char* approximate) {
    if (x.is_cuda() && !linear.weight.isPacked() && linear.bias.defined() && std::string_view(approximate) == "tanh")
        return at::_addmm_activation(linear.bias, x, linear.weight.native().t(), 1, 1,
                                     true); // there GELU is the tanh one
    if (!x.is_cpu() || x.scalar_type() != at::kBFloat16 || linear.weight.isPacked() || !fusedLinear())
        return at::gelu(linear(x), approximate);
    // An undefined bias would be taken for a tensor.
    const std::optional<at::Tensor> bias = linear.bias.defined() ? std::optional(linear.bias) : std::nullopt;
    return fusedLinear()->call(x, linear.weight.native(), bias, "gelu", c10::List<std::optional<at::Scalar>>(),
                               approximate);
}

} // namespace prunescope::model
