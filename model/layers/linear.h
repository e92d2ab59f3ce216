#pragma once

#include "model/io/weight_source.h"

namespace prunescope::model {

/// y = x W^T + b
struct Linear {
    at::Tensor weight; ///< [out, in]
    at::Tensor bias;   ///< [out], or undefined

    at::Tensor operator()(const at::Tensor& x) const { return at::linear(x, weight, bias); }
};

/// `name`.weight [out, in] and, with `bias`, `name`.bias [out].
inline Linear loadLinear(WeightSource& source, const std::string& name, std::int64_t in, std::int64_t out, bool bias) {
    return {source.get(name + ".weight", {out, in}), bias ? source.get(name + ".bias", {out}) : at::Tensor()};
}

} // namespace prunescope::model
