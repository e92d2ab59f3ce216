#pragma once

#include <ATen/ATen.h>
#include <string>

namespace prunescope::model {

/// A change of the weights of a model, such as an adapter's. Names are released ones:
/// "model.language_model.layers.0.self_attn.q_proj.weight".
class WeightChange {
public:
    virtual ~WeightChange() = default;
    virtual bool changes(const std::string& name) const = 0;
    /// Whether it brings a weight that the model need not have, such as a head of its own.
    virtual bool adds(const std::string& name) const = 0;
    /// The weight as it becomes, in float32 on the CPU; `stored` is what the model has, in float32, or undefined.
    virtual at::Tensor changed(const std::string& name, const at::Tensor& stored) const = 0;
};

} // namespace prunescope::model
