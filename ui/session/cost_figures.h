#pragma once

#include "core/pruning/prune_plan.h"
#include "core/report/plan_cost.h"
#include "ui/session/measured_speed.h"

#include <optional>
#include <vector>

namespace prunescope::ui {

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
    int answers = 0; ///< that these times are taken from
};

/// The costs of a plan for a picture as its pixels leave it. Throws Error(Usage) where a model of that shape has no
/// layers for it.
CostFigures costFigures(const PrunePlan& plan, const MaskedGrid& picture, int textTokens, const ModelShape& shape,
                        const std::optional<MeasuredSpeed>& speed);
/// Those of a picture of so many blocks, with what each stage leaves as it was measured.
CostFigures costFigures(const PrunePlan& plan, int blocks, std::vector<StageCounts> stages, int textTokens,
                        const ModelShape& shape, const std::optional<MeasuredSpeed>& speed);

} // namespace prunescope::ui
