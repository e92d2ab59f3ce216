#pragma once

#include "model/kernels/matrix_view.h"
#include "model/layers/linear.h"

#include <optional>

namespace prunescope::model {

/// The native weight type of a tensor's numbers, or nothing.
inline std::optional<WeightType> weightType(at::ScalarType dtype) {
    if (dtype == at::kFloat)
        return WeightType::Float32;
    if (dtype == at::kBFloat16)
        return WeightType::BFloat16;
    return {};
}

/// True when `matrixView` shows all of a layer: a matrix of a native type without a bias.
inline bool isPlainMatrix(const Linear& linear) {
    return weightType(linear.weight.scalar_type()) && linear.weight.is_contiguous() && !linear.bias.defined();
}

/// The weights of a layer where they are; they must outlive the view.
inline MatrixView matrixView(const Linear& linear) {
    return {weightType(linear.weight.scalar_type()).value(), linear.weight.const_data_ptr(), nullptr,
            linear.weight.size(0), linear.weight.size(1)};
}

} // namespace prunescope::model
