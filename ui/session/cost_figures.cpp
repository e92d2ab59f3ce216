#include "ui/session/cost_figures.h"

#include "core/report/plan_cost.h"

#include <array>
#include <span>
#include <vector>

namespace prunescope::ui {

namespace {

// First token time grows with the work of the prompt; what does not (resize, selection) is added as it was measured.
std::optional<double> firstToken(const std::optional<MeasuredSpeed>& speed, double flops) {
    if (!speed)
        return std::nullopt;
    return speed->fixedMs + speed->msPerFlop * flops;
}

int keptBlocks(const model::Answer& answer) {
    int kept = 0;
    for (const MaskReport& image : answer.images)
        kept += image.mask.keptCount();
    return kept;
}

/// Work of an answered prompt, with as many blocks of its images.
PromptFlops workOf(const model::Answer& answer, const PruneStage& stage, std::span<const BlockCounts> images) {
    return planFlops(answer.shape, stage, images, answer.promptTokens - keptBlocks(answer));
}

/// As it was run. All blocks of an image are those of its mask: one that was shown smaller was encoded so.
PromptFlops workOf(const model::Answer& answer) {
    std::vector<BlockCounts> images;
    for (const MaskReport& image : answer.images)
        images.push_back({image.mask.keptCount(), image.mask.count()});
    return workOf(answer, (answer.plan.empty() ? PrunePlan() : parsePlan(answer.plan)).pixelStage(), images);
}

} // namespace

CostFigures costFigures(const PrunedBlocks& blocks, const ModelShape& shape,
                        const std::optional<MeasuredSpeed>& speed) {
    const std::array pruned{BlockCounts{blocks.kept, blocks.all}};
    const std::array full{BlockCounts{blocks.all, blocks.all}};
    CostFigures figures;
    figures.promptTokens = blocks.kept + kAssumedTextTokens;
    figures.promptTokensFull = blocks.all + kAssumedTextTokens;
    figures.flops = planFlops(shape, blocks.stage, pruned, kAssumedTextTokens).total();
    figures.flopsFull = planFlops(shape, blocks.stage, full, kAssumedTextTokens).total();
    figures.firstTokenMs = firstToken(speed, figures.flops);
    figures.firstTokenFullMs = firstToken(speed, figures.flopsFull);
    return figures;
}

std::optional<MeasuredSpeed> speedOf(const model::Answer& answer) {
    const double flops = workOf(answer).total();
    const double ttft = answer.times.ms(stage::kTtft);
    if (flops <= 0 || ttft <= 0 || answer.reuse.isNotable(answer.promptTokens))
        return std::nullopt;
    const double fixed = answer.times.ms(stage::kPreprocess) + answer.times.ms(stage::kSelect);
    return MeasuredSpeed{(ttft - fixed) / flops, fixed};
}

std::optional<StageTimes> expectedFullTimes(const model::Answer& answer, int allBlocks) {
    const std::array whole{BlockCounts{allBlocks, allBlocks}};
    const PromptFlops pruned = workOf(answer), full = workOf(answer, PruneStage{}, whole);
    if (answer.images.size() != 1 || pruned.vit <= 0 || pruned.llm <= 0 || answer.reuse.isNotable(answer.promptTokens))
        return std::nullopt;
    StageTimes times = answer.times;
    times.set(stage::kSelect, 0);
    times.set(stage::kVit, answer.times.ms(stage::kVit) * (full.vit + full.mergers) / (pruned.vit + pruned.mergers));
    times.set(stage::kPrefill, answer.times.ms(stage::kPrefill) * full.llm / pruned.llm);
    return times;
}

} // namespace prunescope::ui
