#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <vector>

namespace prunescope::model {

/// What DivPrune chose.
struct DiversePicks {
    std::vector<std::int64_t> order; ///< [count] as they were taken: the picks of a smaller count come first
    std::vector<float> nearest;      ///< [n] distance of each token to the nearest other one; 0 of a single one
    std::vector<float> distance;     ///< [n] to the nearest token taken before; of the first one, to the second
};

/// DivPrune (uniprune spec 2): tokens as far from each other as can be, by cosine distance. The first is the one whose
/// nearest neighbour is farthest away; each next one is farthest from those taken. Never takes a token twice, however
/// many are equal. `features` [n, width]; 1 <= count <= n.
DiversePicks pickDiverse(const at::Tensor& features, std::int64_t count);

} // namespace prunescope::model
