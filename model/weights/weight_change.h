#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <string>

namespace prunescope::model {

/// A change of the weights of a model, such as an adapter's. Weights are named as whoever asks for them does. Any
/// thread.
class WeightChange {
public:
    virtual ~WeightChange() = default;
    virtual bool changes(const std::string& name) const = 0;
    /// Whether the model as it is stored has no such weight, but the changed one does.
    virtual bool adds(const std::string& name) const = 0;
    /// The stored weight that a changed one is made of: mostly `name` itself; empty where none is needed.
    virtual std::string source(const std::string& name) const = 0;
    /// A changed weight, float32 on the CPU, in memory of its own. `stored`: its source, on the CPU in any
    /// floating-point type; not looked at where there is none. Throws Error(BadFile) for numbers that are not finite.
    virtual at::Tensor changed(const std::string& name, const at::Tensor& stored) const = 0;
    /// Numbers of the weights that it adds.
    virtual std::int64_t addedValues() const = 0;
};

} // namespace prunescope::model
