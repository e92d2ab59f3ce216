#pragma once

#include "model/layers/delta_rule.h"

#include <cmath>

namespace prunescope::test {

inline constexpr double kClose = 2e-5; // float32 sums in another order, of numbers up to some units

inline model::LinearAttention sizesOf(std::int64_t keyHeads, std::int64_t valueHeads, std::int64_t keyDim,
                                      std::int64_t valueDim) {
    return {keyHeads, valueHeads, keyDim, valueDim, 4};
}

/// Tokens as they come out of the convolution, with decays from hardly any to nearly everything.
struct Sample {
    model::LinearAttention sizes;
    at::Tensor convolved; ///< [n, channels]
    model::DeltaGates gates;
    at::Tensor memory; ///< [valueHeads, keyDim, valueDim]

    Sample(const model::LinearAttention& of, std::int64_t n, at::ScalarType type = at::kFloat)
        : sizes(of), convolved(at::randn({n, of.channels()}).to(type)),
          gates(model::deltaGates(at::randn({n, of.valueHeads}), at::randn({n, of.valueHeads}),
                                  at::rand({of.valueHeads}) * 6 - 4, at::randn({of.valueHeads}))),
          memory(at::randn({of.valueHeads, of.keyDim, of.valueDim})) {}

    model::DeltaInput input() const { return model::deltaInput(convolved, gates, sizes); }
};

inline bool isClose(const at::Tensor& found, const at::Tensor& expected, double bound = kClose) {
    if (found.sizes() != expected.sizes())
        return false;
    return found.numel() == 0 || (found.to(at::kDouble) - expected.to(at::kDouble)).abs().max().item<double>() <= bound;
}

inline bool isClose(const model::DeltaOutput& found, const model::DeltaOutput& expected) {
    return isClose(found.values, expected.values) && isClose(found.memory, expected.memory);
}

/// 5.2 as it is written.
inline at::Tensor convolvedNaively(const at::Tensor& u, const at::Tensor& taps, const at::Tensor& recent) {
    const at::Tensor rows = at::cat({recent, u}).to(at::kDouble);
    at::Tensor values = at::zeros(u.sizes(), at::kDouble);
    for (std::int64_t t = 0; t < u.size(0); ++t)
        for (std::int64_t c = 0; c < u.size(1); ++c) {
            double sum = 0;
            for (std::int64_t j = 0; j < taps.size(1); ++j)
                sum += taps[c][j].item<double>() * rows[t + j][c].item<double>();
            values[t][c] = sum / (1 + std::exp(-sum));
        }
    return values;
}

} // namespace prunescope::test
