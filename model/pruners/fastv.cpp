#include "model/pruners/method_steps.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"

namespace prunescope::model {

namespace {

/// FastV (uniprune spec 3): the tokens that the prompt's last token attends to most, mean over heads, in the layer
/// before.
class FastV final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("fastv", first, layers); }
    LayerNeeds needs() const override { return {.queries = LayerNeeds::Queries::LastRow, .attention = true}; }
    TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings&,
                       ReferenceRandom&) const override {
        return bestChoice(attendedVisual(tokens, tokens.queryRows, HeadMerge::Mean).total, budget.goal);
    }
};

} // namespace

std::unique_ptr<const LanguagePruner> fastv() {
    return std::make_unique<FastV>();
}

} // namespace prunescope::model
