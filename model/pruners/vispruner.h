#pragma once

#include <ATen/ATen.h>
#include <cstdint>
#include <span>
#include <vector>

namespace prunescope::model {

struct DiverseRestOptions {
    double share = 0.5;     ///< of the budget that goes to the most important tokens
    std::int64_t round = 8; ///< how many alike tokens are dropped at a time, 1 or more
};

/// What VisPruner chose, each rising.
struct DiverseRest {
    std::vector<std::int64_t> important; ///< those of most attention
    std::vector<std::int64_t> kept;      ///< they and those of the rest that differ most
};

/// VisPruner (uniprune spec 2): `count` tokens, 1 <= count <= n. The rest stand in a list by falling attention [n]; in
/// each round those at even places are compared with those at odd ones, and the most alike are dropped. `states`
/// [n, width] are compared.
DiverseRest pickDiverseRest(const at::Tensor& states, std::span<const float> attention, std::int64_t count,
                            const DiverseRestOptions& options);

} // namespace prunescope::model
