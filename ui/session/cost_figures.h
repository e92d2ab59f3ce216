#pragma once

#include "core/pruning/prune_plan.h"
#include "core/report/plan_cost.h"
#include "model/values/answer.h"

#include <optional>
#include <vector>

namespace prunescope::ui {

inline constexpr int kAssumedTextTokens = 64; ///< of a question, as `prunescope mask` assumes too

/// Speed of the loaded model with its last answer.
struct MeasuredSpeed {
    double msPerFlop = 0; ///< of vision encoder, prompt and first token together
    double fixedMs = 0;   ///< preprocess and select
};

/// Costs of a question about a picture, and what it would cost unpruned.
struct CostFigures {
    int promptTokens = 0; ///< that enter the language layers
    int promptTokensFull = 0;
    std::vector<StageCounts> stages; ///< what each stage of the plan leaves
    double tokensPerLayer = 0;       ///< visual tokens, on average
    double flops = 0;
    double flopsFull = 0;
    std::optional<double> firstTokenMs; ///< none before there was an answer to measure
    std::optional<double> firstTokenFullMs;
};

/// The costs of a plan for a picture as its pixels leave it. Throws Error(Usage) where a model of that shape has no
/// layers for it.
CostFigures costFigures(const PrunePlan& plan, const MaskedGrid& picture, const ModelShape& shape,
                        const std::optional<MeasuredSpeed>& speed);
/// Those of a picture of so many blocks, with what each stage leaves as it was measured.
CostFigures costFigures(const PrunePlan& plan, int blocks, std::vector<StageCounts> stages, const ModelShape& shape,
                        const std::optional<MeasuredSpeed>& speed);

/// Times that the same question would have taken without pruning, with `allBlocks` of its picture: encoder and prompt
/// grow with their work, the rest stays as it was measured. Nothing where there is nothing to extrapolate from.
std::optional<StageTimes> expectedFullTimes(const model::Answer& answer, int allBlocks);

/// The speed of an answer; nothing for one without times or pictures.
std::optional<MeasuredSpeed> speedOf(const model::Answer& answer);

} // namespace prunescope::ui
