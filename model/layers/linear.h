#pragma once

#include "model/io/weight_source.h"

#include <initializer_list>
#include <vector>

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

/// Puts the weights of products of the same input one below the other, so that one product does for all; the parts
/// become views of it, so nothing is held twice. Without biases.
inline Linear stack(std::initializer_list<Linear*> parts) {
    std::vector<at::Tensor> weights;
    for (const Linear* part : parts)
        weights.push_back(part->weight);
    const Linear stacked{at::cat(weights), {}};
    std::int64_t first = 0;
    for (Linear* part : parts) {
        part->weight = stacked.weight.narrow(0, first, part->weight.size(0));
        first += part->weight.size(0);
    }
    return stacked;
}

} // namespace prunescope::model
