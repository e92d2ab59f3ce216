#include "core/pruning/token_options.h"
#include "model/pruners/method_steps.h"
#include "model/pruners/ranking.h"
#include "model/pruners/row_attention.h"

namespace prunescope::model {

namespace {

constexpr int kPublishedSteps = 3;

/// PyramidDrop (uniprune spec 3): fewer tokens at each of three layers, those that the prompt's last token attends to
/// most under the queries and keys of the layer that comes next.
class PyramidDrop final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("pyramid_drop", first, layers); }
    LayerNeeds needs() const override {
        return {.queries = LayerNeeds::Queries::LastRow, .ofNextLayer = true, .attention = true};
    }
    TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings& settings,
                       ReferenceRandom&) const override {
        const int count = settings.find(kKeep) ? geometricCount(budget)
                                               : powerCount(budget, settings.value(kStepRatio), kPublishedSteps);
        return bestChoice(attendedVisual(tokens, tokens.queryRows, HeadMerge::Mean).total, count);
    }
};

} // namespace

std::unique_ptr<const LanguagePruner> pyramidDrop() {
    return std::make_unique<PyramidDrop>();
}

} // namespace prunescope::model
