#include "core/pruning/layer_schedule.h"

#include "core/base/error.h"
#include "core/pruning/step_counts.h"
#include "core/pruning/token_options.h"

#include <algorithm>

namespace prunescope {

std::vector<int> risingSteps(int first, std::vector<int> formula, int languageLayers) {
    if (first > 0 && !formula.empty())
        formula.front() = first;
    std::vector<int> steps;
    for (const int layer : formula) {
        const int least = steps.empty() ? (first > 0 ? first : 2) : std::max(2, steps.back() + 1);
        if (const int step = std::max(layer, least); step < languageLayers)
            steps.push_back(step);
    }
    return steps;
}

std::vector<int> stepLayers(const PruneStage& stage, int languageLayers) {
    const LayerFormula formula = stage.settings.entry().layers;
    const bool inside =
        stage.place == Place::LanguageLayer ||
        (stage.place == Place::AfterEncoder && stage.settings.entry().needs == MethodNeeds::LayerTokens);
    return formula && inside ? risingSteps(stage.layer, formula(languageLayers), languageLayers) : std::vector<int>{};
}

void checkSchedule(const PrunePlan& plan, int languageLayers) {
    for (const PruneStage& stage : plan.stages)
        if (stage.place == Place::LanguageLayer && stepLayers(stage, languageLayers).empty())
            throw Error(ErrorKind::Usage,
                        "plan: '" + stage.name() + "' is found with a model of " + std::to_string(languageLayers) +
                            " language layers, expected K from 1 to " + std::to_string(languageLayers - 1));
}

int tokenGoal(const MethodSettings& settings, int left, int all) {
    const auto keep = settings.find(kKeep);
    const bool ofGrid = settings.find(kOf) == kOfGrid;
    return keep ? std::min(left, keep->tokensOf(ofGrid ? all : left)) : left;
}

StepCount plannedStep(const MethodSettings& settings, const StepState& state) {
    const MethodEntry& method = settings.entry();
    return method.stepCount ? method.stepCount(settings, state) : geometricStep(settings, state);
}

StepCount plannedChoice(const MethodSettings& settings, int left, const BlockGrid& grid) {
    const MethodEntry& method = settings.entry();
    if (method.choiceCount && !hasTokenBudget(settings))
        return method.choiceCount(settings, left, grid);
    return {tokenGoal(settings, left, grid.count())};
}

} // namespace prunescope
