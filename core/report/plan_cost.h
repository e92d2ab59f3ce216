#pragma once

#include "core/pruning/prune_plan.h"
#include "core/report/cost_model.h"

#include <span>
#include <vector>

namespace prunescope {

/// Blocks of one image: those that a plan keeps, and all of them.
struct BlockCounts {
    int kept = 0;
    int all = 0;
    bool operator==(const BlockCounts&) const = default;
};

/// What one stage of a plan leaves of the pictures of a prompt. Methods that thin out in steps have one for each.
struct StageCounts {
    int stage = 0;                   ///< index in the plan
    int layer = 0;                   ///< language layers that have run; 0 outside of them
    std::vector<BlockCounts> images; ///< of each picture: `kept` of `all` that reach the stage
    bool exact = true;               ///< else the method decides by what it sees: about so many
};

/// A picture as its pixels leave it to the encoder.
struct MaskedGrid {
    BlockGrid grid; ///< that the encoder gets
    int kept = 0;   ///< by the plan's pixel stage
    int all = 0;    ///< without pruning; more than `grid` has where the method shows a smaller picture
};

/// What every stage is to leave, before anything has run: known but for methods that decide by what they see. Throws
/// Error(Usage) as `checkSchedule` does.
std::vector<StageCounts> expectedCounts(const PrunePlan& plan, std::span<const MaskedGrid> images, int languageLayers);

/// Visual tokens in each language layer. `blocks`: all of each picture, as they would enter without any stage.
std::vector<int> tokensPerLayer(std::span<const int> blocks, std::span<const StageCounts> stages, int languageLayers);
/// Their mean: what a plan is worth whose layers see different numbers (uniprune spec 0).
double equivalentTokens(std::span<const int> tokensPerLayer);

/// Operations of a prompt whose pictures of so many `blocks` lose some at `stages`, as planned or as they ran. The
/// encoder sees all of them as far as the pixel stage lies inside or behind it (pixelprune spec 6 and 7).
PromptFlops planFlops(const ModelShape& shape, const PrunePlan& plan, std::span<const int> blocks,
                      std::span<const StageCounts> stages, int textTokens);

} // namespace prunescope
