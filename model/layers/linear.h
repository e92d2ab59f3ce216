#pragma once

#include "model/weights/weight_source.h"

#include <initializer_list>
#include <optional>
#include <vector>

namespace prunescope::model {

/// y = x W^T + b
struct Linear {
    WeightMatrix weight; ///< [out, in]
    at::Tensor bias;     ///< [out], or undefined

    at::Tensor operator()(const at::Tensor& x) const { return weight.product(x, bias); }
    std::int64_t bytes() const { return weight.bytes(); }
    MatrixView view() const { return weight.view(); }
};

/// `name`.weight [out, in] and, with `bias`, `name`.bias [out].
inline Linear loadLinear(WeightSource& source, const std::string& name, std::int64_t in, std::int64_t out, bool bias,
                         MatrixKind kind = MatrixKind::Fine, std::int64_t parts = 1) {
    return {source.matrix(name + ".weight", out, in, kind, parts),
            bias ? source.get(name + ".bias", {out}) : at::Tensor()};
}

/// The products of the same input in one: their results side by side. For training, where a product costs least when
/// it is large.
inline at::Tensor productOfAll(const at::Tensor& x, std::initializer_list<const Linear*> parts) {
    std::vector<at::Tensor> weights, biases;
    for (const Linear* part : parts) {
        weights.push_back(part->weight.value());
        if (part->bias.defined())
            biases.push_back(part->bias);
    }
    return at::linear(x, at::cat(weights), biases.empty() ? at::Tensor() : at::cat(biases));
}

/// The matrix that `parts` [rows, cols] are in, one below the other; undefined where they lie apart.
inline at::Tensor commonMatrix(const std::vector<at::Tensor>& parts) {
    const at::Tensor& first = parts.front();
    std::int64_t rows = 0;
    for (const at::Tensor& part : parts) {
        if (!part.is_contiguous() || !part.storage().is_alias_of(first.storage()) ||
            part.storage_offset() != first.storage_offset() + rows * first.size(1))
            return {};
        rows += part.size(0);
    }
    return first.as_strided({rows, first.size(1)}, first.strides());
}

/// Puts the weights of products of the same input one below the other, so that one product does for all; the parts
/// become views of it, so nothing is held twice. Nothing is copied of parts that were stacked before. Nothing for
/// packed ones and those with biases.
inline std::optional<Linear> stack(const std::vector<Linear*>& parts) {
    std::vector<at::Tensor> weights;
    for (const Linear* part : parts) {
        if (part->weight.isPacked() || part->bias.defined())
            return std::nullopt;
        weights.push_back(part->weight.native());
    }
    const at::Tensor common = commonMatrix(weights);
    const at::Tensor stacked = common.defined() ? common : at::cat(weights);
    std::int64_t first = 0;
    for (Linear* part : parts) {
        const std::int64_t rows = part->weight.native().size(0);
        part->weight = stacked.narrow(0, first, rows);
        first += rows;
    }
    return Linear{stacked, {}};
}

} // namespace prunescope::model
