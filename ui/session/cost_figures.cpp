#include "ui/session/cost_figures.h"

#include <array>
#include <span>
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

int keptBlocks(const model::Answer& answer) {
    int kept = 0;
    for (const MaskReport& image : answer.images)
        kept += image.mask.keptCount();
    return kept;
}

/// Work of an answered prompt, with as many blocks of each of its pictures.
PromptFlops workOf(const model::Answer& answer, std::span<const int> blocks) {
    std::vector<int> patches;
    for (const int count : blocks)
        patches.push_back(count * kPatchesPerBlock);
    return promptFlops(answer.shape, patches, answer.promptTokens - keptBlocks(answer));
}

/// As it was run.
PromptFlops workOf(const model::Answer& answer) {
    std::vector<int> blocks;
    for (const MaskReport& image : answer.images)
        blocks.push_back(image.mask.keptCount());
    return workOf(answer, blocks);
}

} // namespace

CostFigures costFigures(int keptBlocks, int allBlocks, const ModelShape& shape,
                        const std::optional<MeasuredSpeed>& speed) {
    CostFigures figures;
    figures.promptTokens = keptBlocks + kAssumedTextTokens;
    figures.promptTokensFull = allBlocks + kAssumedTextTokens;
    figures.flops = flopsOf(shape, keptBlocks);
    figures.flopsFull = flopsOf(shape, allBlocks);
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
    const std::array blocks{allBlocks};
    const PromptFlops pruned = workOf(answer), full = workOf(answer, blocks);
    if (answer.images.size() != 1 || pruned.vit <= 0 || pruned.llm <= 0 || answer.reuse.isNotable(answer.promptTokens))
        return std::nullopt;
    StageTimes times = answer.times;
    times.set(stage::kSelect, 0);
    times.set(stage::kVit, answer.times.ms(stage::kVit) * (full.vit + full.mergers) / (pruned.vit + pruned.mergers));
    times.set(stage::kPrefill, answer.times.ms(stage::kPrefill) * full.llm / pruned.llm);
    return times;
}

} // namespace prunescope::ui
