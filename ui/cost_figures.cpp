#include "ui/cost_figures.h"

#include <array>
#include <vector>

namespace prunescope::ui {

namespace {

double flopsOf(const ModelShape& shape, int blocks) {
    const std::array patches{blocks * kPatchesPerBlock};
    return promptFlops(shape, patches, kAssumedTextTokens).total();
}

// First token time grows with the work of the prompt; what does not (resize, selection) is added as it was measured.
std::optional<double> firstToken(const std::optional<MeasuredSpeed>& speed, double flops) {
    if (!speed)
        return std::nullopt;
    return speed->fixedMs + speed->msPerFlop * flops;
}

/// Work of an answered prompt, as it was run or as it would be with every block.
PromptFlops workOf(const model::Answer& answer, bool everyBlock) {
    std::vector<int> patches;
    int keptTokens = 0;
    for (const MaskReport& image : answer.images) {
        const int kept = image.mask.keptCount();
        patches.push_back((everyBlock ? image.mask.count() : kept) * kPatchesPerBlock);
        keptTokens += kept;
    }
    return promptFlops(answer.shape, patches, answer.promptTokens - keptTokens);
}

} // namespace

CostFigures costFigures(const KeepMask& mask, const ModelShape& shape, const std::optional<MeasuredSpeed>& speed) {
    CostFigures figures;
    figures.promptTokens = mask.keptCount() + kAssumedTextTokens;
    figures.promptTokensFull = mask.count() + kAssumedTextTokens;
    figures.flops = flopsOf(shape, mask.keptCount());
    figures.flopsFull = flopsOf(shape, mask.count());
    figures.firstTokenMs = firstToken(speed, figures.flops);
    figures.firstTokenFullMs = firstToken(speed, figures.flopsFull);
    return figures;
}

std::optional<MeasuredSpeed> speedOf(const model::Answer& answer) {
    const double flops = workOf(answer, false).total();
    const double ttft = answer.times.ms(stage::kTtft);
    if (flops <= 0 || ttft <= 0)
        return std::nullopt;
    const double fixed = answer.times.ms(stage::kPreprocess) + answer.times.ms(stage::kSelect);
    return MeasuredSpeed{(ttft - fixed) / flops, fixed};
}

std::optional<StageTimes> expectedFullTimes(const model::Answer& answer) {
    const PromptFlops pruned = workOf(answer, false), full = workOf(answer, true);
    if (answer.images.empty() || pruned.vit <= 0 || pruned.llm <= 0)
        return std::nullopt;
    StageTimes times = answer.times;
    times.set(stage::kSelect, 0);
    times.set(stage::kVit, answer.times.ms(stage::kVit) * (full.vit + full.mergers) / (pruned.vit + pruned.mergers));
    times.set(stage::kPrefill, answer.times.ms(stage::kPrefill) * full.llm / pruned.llm);
    return times;
}

} // namespace prunescope::ui
