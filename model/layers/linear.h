#pragma once

#include "model/io/weight_source.h"

namespace prunescope::model {

/// y = x W^T + b
struct Linear {
    WeightMatrix weight; ///< [out, in]
    at::Tensor bias;     ///< [out], or undefined

    at::Tensor operator()(const at::Tensor& x) const { return weight.product(x, bias); }
    MatrixView view() const { return weight.view(); }
};

/// `name`.weight [out, in] and, with `bias`, `name`.bias [out].
inline Linear loadLinear(WeightSource& source, const std::string& name, std::int64_t in, std::int64_t out, bool bias,
                         Coarseness coarseness = Coarseness::Fine) {
    return {source.matrix(name + ".weight", out, in, coarseness),
            bias ? source.get(name + ".bias", {out}) : at::Tensor()};
}

} // namespace prunescope::model
