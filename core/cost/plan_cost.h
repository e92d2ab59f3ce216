#pragma once

#include "core/cost/cost_model.h"
#include "core/pruning/prune_plan.h"

#include <span>

namespace prunescope {

/// Blocks of one image: those that a plan keeps, and all of them.
struct BlockCounts {
    int kept = 0;
    int all = 0;
};

/// Operations of a prompt whose images lose blocks at `stage`: the encoder sees all of them as far as that lies inside
/// or behind it (pixelprune spec 6 and 7).
PromptFlops planFlops(const ModelShape& shape, const PruneStage& stage, std::span<const BlockCounts> images,
                      int textTokens);

} // namespace prunescope
