#include "ui/session/cost_figures.h"

#include "ui/session/prune_step.h"

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

/// Visual tokens that the language model is given.
int enteringTokens(std::span<const int> blocks, std::span<const StageCounts> stages) {
    return tokensPerLayer(blocks, stages, 1).front();
}

/// The stages as they ran; where nobody noted them, the pixel stage as the masks have it.
std::vector<StageCounts> stagesOf(const model::Answer& answer) {
    if (!answer.pruning.stages.empty())
        return countsOf(answer.pruning);
    StageCounts pixels;
    for (const MaskReport& image : answer.images)
        pixels.images.push_back({image.mask.keptCount(), image.mask.count()});
    return {pixels};
}

/// An answered prompt as its plan was run.
struct AnsweredPrompt {
    explicit AnsweredPrompt(const model::Answer& answer)
        : shape(answer.shape), plan(answer.plan.empty() ? PrunePlan() : parsePlan(answer.plan)),
          stages(stagesOf(answer)) {
        for (const MaskReport& image : answer.images) // one that was shown smaller was encoded so
            blocks.push_back(image.mask.count());
        textTokens = answer.promptTokens - enteringTokens(blocks, stages);
    }
    PromptFlops flops() const { return planFlops(shape, plan, blocks, stages, textTokens); }

    const ModelShape& shape;
    PrunePlan plan;
    std::vector<StageCounts> stages;
    std::vector<int> blocks;
    int textTokens = 0;
};

/// Work of a picture of so many blocks that nothing prunes.
PromptFlops wholeFlops(const ModelShape& shape, int blocks, int textTokens) {
    return planFlops(shape, PrunePlan::none(), std::array{blocks}, {}, textTokens);
}

} // namespace

CostFigures costFigures(const PrunedPicture& picture, const ModelShape& shape,
                        const std::optional<MeasuredSpeed>& speed) {
    const std::array blocks{picture.blocks};
    CostFigures figures;
    figures.promptTokens = enteringTokens(blocks, picture.stages) + kAssumedTextTokens;
    figures.promptTokensFull = picture.blocks + kAssumedTextTokens;
    figures.flops = planFlops(shape, picture.plan, blocks, picture.stages, kAssumedTextTokens).total();
    figures.flopsFull = wholeFlops(shape, picture.blocks, kAssumedTextTokens).total();
    figures.firstTokenMs = firstToken(speed, figures.flops);
    figures.firstTokenFullMs = firstToken(speed, figures.flopsFull);
    return figures;
}

std::optional<MeasuredSpeed> speedOf(const model::Answer& answer) {
    const double flops = AnsweredPrompt(answer).flops().total();
    const double ttft = answer.times.ms(stage::kTtft);
    if (flops <= 0 || ttft <= 0 || answer.reuse.isNotable(answer.promptTokens))
        return std::nullopt;
    const double fixed = answer.times.ms(stage::kPreprocess) + answer.times.ms(stage::kSelect);
    return MeasuredSpeed{(ttft - fixed) / flops, fixed};
}

std::optional<StageTimes> expectedFullTimes(const model::Answer& answer, int allBlocks) {
    const AnsweredPrompt prompt(answer);
    const PromptFlops pruned = prompt.flops(), full = wholeFlops(answer.shape, allBlocks, prompt.textTokens);
    if (answer.images.size() != 1 || pruned.vit <= 0 || pruned.llm <= 0 || answer.reuse.isNotable(answer.promptTokens))
        return std::nullopt;
    StageTimes times = answer.times;
    times.set(stage::kSelect, 0);
    times.set(stage::kVit, answer.times.ms(stage::kVit) * (full.vit + full.mergers) / (pruned.vit + pruned.mergers));
    const double readingMs = answer.times.ms(stage::kPrefill) - answer.times.ms(stage::kMethod);
    times.set(stage::kPrefill, readingMs * full.llm / pruned.llm);
    times.set(stage::kMethod, 0);
    return times;
}

} // namespace prunescope::ui
