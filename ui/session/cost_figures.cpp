#include "ui/session/cost_figures.h"

#include <algorithm>
#include <array>
#include <utility>

namespace prunescope::ui {

CostFigures costFigures(const PrunePlan& plan, const MaskedGrid& picture, int textTokens, const ModelShape& shape,
                        const std::optional<MeasuredSpeed>& speed) {
    return costFigures(plan, picture.all, expectedCounts(plan, {&picture, 1}, shape.languageLayers), textTokens, shape,
                       speed);
}

CostFigures costFigures(const PrunePlan& plan, int blocks, std::vector<StageCounts> stages, int textTokens,
                        const ModelShape& shape, const std::optional<MeasuredSpeed>& speed) {
    const std::array picture{blocks};
    CostFigures figures;
    figures.stages = std::move(stages);
    const std::vector<int> tokens = tokensPerLayer(picture, figures.stages, std::max(1, shape.languageLayers));
    figures.tokensPerLayer = equivalentTokens(tokens);
    figures.promptTokens = tokens.front() + textTokens;
    figures.promptTokensFull = blocks + textTokens;
    const PromptFlops work = planFlops(shape, plan, picture, figures.stages, textTokens);
    const PromptFlops whole = planFlops(shape, PrunePlan::none(), picture, {}, textTokens);
    figures.flops = work.total();
    figures.flopsFull = whole.total();
    if (speed) {
        figures.firstTokenMs = expectedTimes(*speed, work, plan.prunes()).ms(stage::kTtft);
        figures.firstTokenFullMs = expectedTimes(*speed, whole, false).ms(stage::kTtft);
        figures.answers = speed->answers;
    }
    return figures;
}

} // namespace prunescope::ui
