#include "model/pruners/sparsevlm.h"

#include "core/pruning/token_options.h"
#include "model/pruners/method_steps.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

/// Tokens that are left of 576 after each published step.
using Schedule = std::array<int, 3>;
constexpr int kScheduleTokens = 576;

Schedule scheduleOf(std::string_view preset) {
    if (preset == "128")
        return {303, 110, 36};
    if (preset == "96")
        return {238, 48, 26};
    return preset == "64" ? Schedule{66, 30, 17} : Schedule{300, 200, 110};
}

/// The last step of a model that has room for fewer takes the last count.
int countOf(const Schedule& schedule, const StepBudget& budget) {
    return budget.step + 1 < budget.steps ? schedule[static_cast<std::size_t>(budget.step)] : schedule.back();
}

std::int64_t leftAfter(std::int64_t kept, std::int64_t of) {
    return kept + groupsOf(recycledOf(of - kept));
}

/// The last step of a budget. What is left grows with what is kept, by one or not at all.
SparseStep lastStep(std::int64_t goal, std::int64_t left, bool recycles) {
    std::int64_t kept = std::min(goal, left - 1);
    while (recycles && kept >= 1 && leftAfter(kept, left) > goal)
        --kept;
    return recycles && kept >= 1 ? SparseStep{kept, true} : SparseStep{goal, false};
}

/// A step of a budget, by the shape of the schedule for 192 tokens.
SparseStep stepTowards(const StepBudget& budget, std::int64_t left, bool recycles) {
    if (left <= budget.goal)
        return {left, false};
    if (budget.step + 1 >= budget.steps)
        return lastStep(budget.goal, left, recycles);
    const Schedule shape = scheduleOf("192");
    const std::int64_t scaled =
        (2 * std::int64_t{budget.goal} * countOf(shape, budget) + shape.back()) / (2 * shape.back());
    return {std::min(left - 1, scaled), recycles};
}

/// SparseVLM: what the raters of the layer before attend to, and groups of the rest.
class SparseVlm final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("sparsevlm", first, layers); }
    LayerNeeds needs() const override {
        return {.queries = LayerNeeds::Queries::TextRows, .embeddings = true, .attention = true};
    }
    TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        std::vector<std::int64_t> raters;
        for (const std::int64_t row : textRaters(tokens.visualEmbeddings, tokens.textEmbeddings).rows)
            raters.push_back(tokens.text[static_cast<std::size_t>(row)]);
        const at::Tensor scores = attendedVisual(tokens, raters, HeadMerge::Mean).total;
        const at::Tensor hidden = tokens.hidden.index_select(0, indexBeside(tokens.visual, tokens.hidden));
        return sparseChoice(hostScores(scores / static_cast<double>(raters.size())), hidden,
                            sparseStep(budget, std::ssize(tokens.visual), settings));
    }
};

/// Appends the groups of the `recycled` tokens to the kept ones.
void addGroups(const std::vector<std::int64_t>& recycled, const DensityPeaks& peaks, TokenChoice& choice) {
    const std::int64_t kept = std::ssize(choice.kept);
    RowMix& mix = choice.mix.emplace();
    for (const std::int64_t token : choice.kept) {
        mix.add(token, 1);
        mix.endRow();
    }
    for (std::int64_t group = 0; group < std::ssize(peaks.centres); ++group) {
        const float share = 1 / static_cast<float>(std::ranges::count(peaks.group, group));
        for (std::size_t i = 0; i < recycled.size(); ++i)
            if (peaks.group[i] == group) {
                mix.add(recycled[i], share);
                choice.mergedInto[static_cast<std::size_t>(recycled[i])] = kept + group;
            }
        mix.endRow();
        const auto centre = static_cast<std::size_t>(peaks.centres[static_cast<std::size_t>(group)]);
        choice.kept.push_back(recycled[centre]);
        choice.mergedInto[static_cast<std::size_t>(recycled[centre])] = -1; // the group stands for it
    }
}

} // namespace

Raters textRaters(const at::Tensor& visualEmbeddings, const at::Tensor& textEmbeddings) {
    const at::Tensor products = at::mm(visualEmbeddings.to(at::kFloat), textEmbeddings.to(at::kFloat).t());
    Raters raters{at::softmax(products, 1).mean(0), {}};
    const std::vector<float> heavy = hostScores(raters.weight > raters.weight.mean());
    for (std::size_t row = 0; row < heavy.size(); ++row)
        if (heavy[row] > 0)
            raters.rows.push_back(static_cast<std::int64_t>(row));
    return raters.rows.empty() ? Raters{raters.weight, allBut({}, std::ssize(heavy))} : raters;
}

std::int64_t recycledOf(std::int64_t dropped) {
    return std::min(3 * dropped / 10 + 1, dropped);
}

std::int64_t groupsOf(std::int64_t recycled) {
    return recycled > 0 ? recycled / 10 + 1 : 0;
}

SparseStep sparseStep(const StepBudget& budget, std::int64_t left, const MethodSettings& settings) {
    const bool recycles = settings.value(kRecycle);
    if (settings.find(kKeep))
        return stepTowards(budget, left, recycles);
    if (left <= 1)
        return {left, false};
    const std::int64_t count =
        std::int64_t{countOf(scheduleOf(settings.value(kPreset)), budget)} * budget.original / kScheduleTokens;
    return {std::clamp<std::int64_t>(count, 1, left - 1), recycles};
}

std::vector<std::int64_t> recycledTokens(std::span<const float> scores, std::span<const std::int64_t> kept) {
    const std::vector<std::int64_t> dropped = allBut(kept, std::ssize(scores));
    return bestAmong(scores, dropped, recycledOf(std::ssize(dropped)));
}

TokenChoice sparseChoice(std::vector<float> scores, const at::Tensor& hidden, const SparseStep& step) {
    TokenChoice choice;
    choice.kept = bestTokens(scores, step.kept);
    const std::vector<std::int64_t> recycled =
        step.recycles ? recycledTokens(scores, choice.kept) : std::vector<std::int64_t>{};
    choice.scores = std::move(scores);
    if (recycled.empty())
        return choice;
    choice.mergedInto.assign(choice.scores.size(), -1);
    const at::Tensor rows = hidden.index_select(0, indexBeside(recycled, hidden));
    addGroups(recycled, densityPeaks(rows), choice);
    return choice;
}

std::unique_ptr<const LanguagePruner> sparsevlm() {
    return std::make_unique<SparseVlm>();
}

} // namespace prunescope::model
