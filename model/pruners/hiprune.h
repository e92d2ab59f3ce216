#pragma once

#include "core/pruning/token_budget.h"
#include "model/pruners/token_grid.h"

#include <span>

namespace prunescope::model {

/// What HiPrune chose, each rising.
struct HierarchyPicks {
    std::vector<std::int64_t> anchors;   ///< most looked at in the encoder's middle
    std::vector<std::int64_t> buffers;   ///< beside anchors
    std::vector<std::int64_t> registers; ///< most looked at in its last layer, of the rest
};

/// HiPrune (uniprune-2026 spec 3): `count` tokens, 1 <= count <= n, by what the encoder's middle and last layer look at
/// [n]. `alpha`: five times the share of anchors, rounded to the even count on ties.
HierarchyPicks pickHierarchy(const TokenGrid& grid, std::span<const float> middle, std::span<const float> deep,
                             std::int64_t count, const TokenBudget& alpha);

} // namespace prunescope::model
