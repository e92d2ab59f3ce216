#include "ui/session/cost_figures.h"

#include "model/values/explain.h"

#include <algorithm>
#include <array>
#include <utility>

namespace prunescope::ui {

namespace {

// First token time grows with the work of the prompt; what does not (resize, selection) is added as it was measured.
std::optional<double> firstToken(const std::optional<MeasuredSpeed>& speed, double flops) {
    if (!speed)
        return std::nullopt;
    return speed->fixedMs + speed->msPerFlop * flops;
}

/// What each stage left; of a record without outcomes, what its masks say.
std::vector<StageCounts> stagesOf(const model::Answer& answer, const PrunePlan& plan) {
    if (!answer.pruning.stages.empty())
        return model::countsOf(answer.pruning);
    StageCounts counts;
    while (counts.stage < static_cast<int>(plan.stages.size()) &&
           !looksAtPixels(plan.stages[static_cast<std::size_t>(counts.stage)]))
        ++counts.stage;
    if (counts.stage == static_cast<int>(plan.stages.size()))
        return {};
    for (const MaskReport& image : answer.images)
        counts.images.push_back({image.mask.keptCount(), image.mask.count()});
    return {std::move(counts)};
}

/// Work of an answered prompt. All blocks of an image are those of its mask: one that was shown smaller was encoded so.
struct AnsweredWork {
    PromptFlops pruned;
    int textTokens = 0;
};

AnsweredWork workOf(const model::Answer& answer) {
    const PrunePlan plan = answer.plan.empty() ? PrunePlan() : parsePlan(answer.plan);
    std::vector<int> blocks;
    for (const MaskReport& image : answer.images)
        blocks.push_back(image.mask.count());
    const std::vector<StageCounts> stages = stagesOf(answer, plan);
    const int textTokens = answer.promptTokens - model::enteringTokens(answer.pruning, answer.images);
    return {planFlops(answer.shape, plan, blocks, stages, textTokens), textTokens};
}

} // namespace

CostFigures costFigures(const PrunePlan& plan, const MaskedGrid& picture, const ModelShape& shape,
                        const std::optional<MeasuredSpeed>& speed) {
    return costFigures(plan, picture.all, expectedCounts(plan, {&picture, 1}, shape.languageLayers), shape, speed);
}

CostFigures costFigures(const PrunePlan& plan, int blocks, std::vector<StageCounts> stages, const ModelShape& shape,
                        const std::optional<MeasuredSpeed>& speed) {
    const std::array picture{blocks};
    CostFigures figures;
    figures.stages = std::move(stages);
    const std::vector<int> tokens = tokensPerLayer(picture, figures.stages, std::max(1, shape.languageLayers));
    figures.tokensPerLayer = equivalentTokens(tokens);
    figures.promptTokens = tokens.front() + kAssumedTextTokens;
    figures.promptTokensFull = blocks + kAssumedTextTokens;
    figures.flops = planFlops(shape, plan, picture, figures.stages, kAssumedTextTokens).total();
    figures.flopsFull = planFlops(shape, PrunePlan::none(), picture, {}, kAssumedTextTokens).total();
    figures.firstTokenMs = firstToken(speed, figures.flops);
    figures.firstTokenFullMs = firstToken(speed, figures.flopsFull);
    return figures;
}

std::optional<MeasuredSpeed> speedOf(const model::Answer& answer) {
    const double flops = workOf(answer).pruned.total();
    const double ttft = answer.times.ms(stage::kTtft);
    if (flops <= 0 || ttft <= 0 || answer.reuse.isNotable(answer.promptTokens))
        return std::nullopt;
    const double fixed = answer.times.ms(stage::kPreprocess) + answer.times.ms(stage::kSelect);
    return MeasuredSpeed{(ttft - fixed) / flops, fixed};
}

std::optional<StageTimes> expectedFullTimes(const model::Answer& answer, int allBlocks) {
    const auto [pruned, textTokens] = workOf(answer);
    const PromptFlops full = planFlops(answer.shape, PrunePlan::none(), std::array{allBlocks}, {}, textTokens);
    if (answer.images.size() != 1 || pruned.vit <= 0 || pruned.llm <= 0 || answer.reuse.isNotable(answer.promptTokens))
        return std::nullopt;
    StageTimes times = answer.times;
    times.set(stage::kSelect, 0);
    if (times.has(stage::kMethod))
        times.set(stage::kMethod, 0);
    times.set(stage::kVit, answer.times.ms(stage::kVit) * (full.vit + full.mergers) / (pruned.vit + pruned.mergers));
    times.set(stage::kPrefill, answer.times.ms(stage::kPrefill) * full.llm / pruned.llm);
    return times;
}

} // namespace prunescope::ui
