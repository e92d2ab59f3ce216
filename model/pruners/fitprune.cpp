#include "model/pruners/fitprune.h"
#include "model/pruners/method_steps.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"

namespace prunescope::model {

namespace {

/// FitPrune at one layer (uniprune spec 3): the tokens that both their picture and the text attend to.
class FitPrune final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("fitprune", first, layers); }
    LayerNeeds needs() const override { return {.queries = LayerNeeds::Queries::AllRows, .attention = true}; }
    TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings&,
                       ReferenceRandom&) const override {
        const MutualAttention attention = mutualAttention(tokens);
        return bestChoice(attention.own * attention.cross, budget.goal);
    }
};

} // namespace

MutualAttention mutualAttention(const LayerTokens& tokens) {
    const double count = static_cast<double>(tokens.visual.size());
    return {attendedVisual(tokens, tokens.visual, HeadMerge::Max).total / count,
            attendedVisual(tokens, tokens.text, HeadMerge::Max).total};
}

std::unique_ptr<const LanguagePruner> fitprune() {
    return std::make_unique<FitPrune>();
}

} // namespace prunescope::model
