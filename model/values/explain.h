#pragma once

#include "core/report/mask_report.h"
#include "model/values/prune_outcome.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// What every stage left, without times.
std::vector<StageCounts> countsOf(const PruneOutcome& outcome);

/// Visual tokens that enter the language layers: what the masks of `images` kept, less what stages after the encoder
/// left out.
int enteringTokens(const PruneOutcome& outcome, const std::vector<MaskReport>& images);

/// "after the encoder divprune 680 of 2,040; before layer 2 fastv 226 of 680; 357 tokens per layer on average".
std::string stagesText(const PruneOutcome& outcome);

/// What became of every block, as `--explain` writes it: `{plan, pruning, images: [{image, width, height, resized,
/// rows, cols, blocks: [{block, kept, dropped_by, layer, score, rank, of, merged_into, predicted_by}]}]}`. `pruning` is
/// the object of the outcome. `dropped_by` is the text of a stage and `layer` the language layers that had run; null,
/// as everything that is not so, for a block that went through to the end.
nlohmann::json explainJson(const std::string& plan, const PruneOutcome& outcome, const std::vector<MaskReport>& images);

} // namespace prunescope::model
