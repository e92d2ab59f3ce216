#pragma once

#include "core/pruning/prune_plan.h"
#include "core/report/plan_cost.h"

#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// What one stage of a plan did to the pictures of a prompt. Methods that thin out in steps have one for each.
struct StageOutcome {
    int stage = 0;                   ///< index in the plan
    int layer = 0;                   ///< language layers that had run; 0 outside of them
    std::vector<BlockCounts> images; ///< of each picture: `kept` of `all` that reached the stage
    double ms = 0;                   ///< of the method: scores, choice and new layout
};

/// What became of a block of a picture.
struct BlockFate {
    static constexpr int kNone = -1;
    int droppedBy = kNone; ///< index in `PruneOutcome::stages`; kNone: it went through to the end
    int scoredBy = kNone;  ///< the last that scored it, likewise
    float score = std::numeric_limits<float>::quiet_NaN();
    int rank = 0;            ///< among what that stage scored, 1 is the best; 0: no score
    int ranked = 0;          ///< how many were ranked
    int mergedInto = kNone;  ///< block that took it in
    int predictedBy = kNone; ///< block from which a pixel method predicted it
};

/// What a plan did to a prompt.
struct PruneOutcome {
    std::vector<std::string> plan;              ///< text of each stage
    std::vector<StageOutcome> stages;           ///< in the order in which they ran
    std::vector<std::vector<BlockFate>> blocks; ///< of each picture, all blocks of its grid
    int languageLayers = 0;
    /// Visual tokens per layer, on average (uniprune spec 0).
    double equivalentTokens = 0;

    double methodMs() const; ///< of the stages after the encoder and inside the language model
};

/// `{plan: [...], language_layers, equivalent_tokens, method_ms, stages: [{stage, layer, ms, images: [{before,
/// after}]}]}`, without the blocks.
nlohmann::json toJson(const PruneOutcome& outcome);

} // namespace prunescope::model
