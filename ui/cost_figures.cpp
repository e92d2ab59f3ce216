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
    std::vector<int> patches;
    int pictureTokens = 0;
    for (const MaskReport& image : answer.images) {
        patches.push_back(image.mask.keptCount() * kPatchesPerBlock);
        pictureTokens += image.mask.keptCount();
    }
    const double flops = promptFlops(answer.shape, patches, answer.promptTokens - pictureTokens).total();
    const double ttft = answer.times.ms(stage::kTtft);
    if (flops <= 0 || ttft <= 0)
        return std::nullopt;
    const double fixed = answer.times.ms(stage::kPreprocess) + answer.times.ms(stage::kSelect);
    return MeasuredSpeed{(ttft - fixed) / flops, fixed};
}

} // namespace prunescope::ui
