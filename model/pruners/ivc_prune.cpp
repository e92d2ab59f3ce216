#include "model/pruners/ivc_prune.h"

#include "model/pruners/method_steps.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <cmath>
#include <set>

namespace prunescope::model {

namespace {

at::Tensor headRows(const at::Tensor& values, std::span<const std::int64_t> rows) {
    return values.index_select(1, indexBeside(rows, values));
}

/// IVC-Prune: one choice for the caches of all layers.
class IvcPrune final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("ivc_prune", first, layers); }
    LayerNeeds needs() const override { return {.attention = true}; }
    CacheCut cut() const override { return CacheCut::AllLayers; }
    TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings&,
                       ReferenceRandom&) const override {
        IvcChoice chosen = ivcChoice(headRows(tokens.values, tokens.text), headRows(tokens.values, tokens.visual),
                                     coordinateScores(tokens.positions, tokens.rotary), IvcShares::of(budget.goal));
        TokenChoice choice;
        choice.kept = std::move(chosen.kept);
        choice.scores = std::move(chosen.scores);
        return choice;
    }
};

} // namespace

IvcShares IvcShares::of(std::int64_t count) {
    return {count, count / 5, std::max<std::int64_t>(1, count / 50)};
}

CoordinateScores coordinateScores(const at::Tensor& positions, const RotaryAxes& rotary) {
    const std::int64_t count = positions.size(1);
    const at::Tensor rows = positions.contiguous();
    const std::int64_t* places = rows.data_ptr<std::int64_t>();
    CoordinateScores scores{std::vector<double>(static_cast<std::size_t>(count)),
                            std::vector<double>(static_cast<std::size_t>(count))};
    at::parallel_for(0, count, 64, [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t token = first; token < last; ++token) {
            double cosine = 0, sine = 0;
            for (std::size_t f = 0; f < rotary.axis.size(); ++f) {
                const double angle = static_cast<double>(places[rotary.axis[f] * count + token]) * rotary.frequency[f];
                cosine += std::cos(angle);
                sine += std::sin(angle);
            }
            scores.cosines[static_cast<std::size_t>(token)] = cosine / static_cast<double>(rotary.axis.size());
            scores.sines[static_cast<std::size_t>(token)] = sine / static_cast<double>(rotary.axis.size());
        }
    });
    return scores;
}

IvcChoice ivcChoice(const at::Tensor& text, const at::Tensor& visual, const CoordinateScores& coordinates,
                    const IvcShares& shares) {
    IvcChoice choice;
    const at::Tensor fromText = attendedTokens({text, visual, {}}, HeadMerge::Mean).total;
    choice.textScores = hostScores(fromText / static_cast<double>(text.size(1)));
    choice.seeds = bestTokens(choice.textScores, shares.seeds);
    choice.cosine = bestTokens(coordinates.cosines, shares.part);
    choice.sine = bestTokens(coordinates.sines, shares.part);
    const at::Tensor fromSeeds = attendedTokens({headRows(visual, choice.seeds), visual, {}}, HeadMerge::Mean).total;
    const double rows = static_cast<double>(text.size(1) + std::ssize(choice.seeds));
    choice.scores = hostScores((fromText + fromSeeds) / rows);
    std::set<std::int64_t> kept(choice.seeds.begin(), choice.seeds.end());
    kept.insert(choice.cosine.begin(), choice.cosine.end());
    kept.insert(choice.sine.begin(), choice.sine.end());
    choice.kept.assign(kept.begin(), kept.end());
    const std::vector<std::int64_t> others = allBut(choice.kept, visual.size(1));
    const std::vector<std::int64_t> more = bestAmong(choice.scores, others, shares.count - std::ssize(choice.kept));
    choice.kept.insert(choice.kept.end(), more.begin(), more.end());
    std::ranges::sort(choice.kept);
    return choice;
}

std::unique_ptr<const LanguagePruner> ivcPrune() {
    return std::make_unique<IvcPrune>();
}

} // namespace prunescope::model
