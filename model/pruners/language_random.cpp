#include "model/pruners/method_steps.h"

#include <algorithm>

namespace prunescope::model {

namespace {

/// Tokens drawn from those that are left (uniprune spec 3): the first of a random order.
class RandomTokens final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("random", first, layers); }
    TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings&,
                       ReferenceRandom& draws) const override {
        const int count = static_cast<int>(tokens.visual.size());
        std::vector<int> order;
        if (budget.goal < count)
            order = draws.permutation(count);
        else // draws nothing: the next picture's tokens depend on that
            for (int i = 0; i < count; ++i)
                order.push_back(i);
        TokenChoice choice;
        choice.kept.assign(order.begin(), order.begin() + std::min(budget.goal, count));
        std::ranges::sort(choice.kept);
        return choice;
    }
};

} // namespace

std::unique_ptr<const LanguagePruner> languageRandom() {
    return std::make_unique<RandomTokens>();
}

} // namespace prunescope::model
