#include "model/pruners/encoder_entries.h"
#include "model/pruners/method_steps.h"

#include <algorithm>
#include <numeric>

namespace prunescope::model {

namespace {

/// The first tokens of a random order, which follows that of the picture before (uniprune spec 2 and 3). Where all
/// stay nothing is drawn, as among pixels (pixelprune spec 5.1).
TokenChoice drawnTokens(int count, int budget, ReferenceRandom& draws) {
    std::vector<int> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    if (budget < count)
        order = draws.permutation(count);
    TokenChoice choice;
    choice.kept.assign(order.begin(), order.begin() + std::min(budget, count));
    std::ranges::sort(choice.kept);
    return choice;
}

class RandomAfter final : public EncoderPruner {
public:
    TokenChoice choose(const VisualTokens& tokens, int budget, const MethodSettings&,
                       ReferenceRandom& draws) const override {
        return drawnTokens(static_cast<int>(tokens.count()), budget, draws);
    }
};

class RandomInside final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("random", first, layers); }
    TokenChoice choose(const LayerTokens& tokens, const StepBudget& budget, const MethodSettings&,
                       ReferenceRandom& draws) const override {
        return drawnTokens(static_cast<int>(tokens.visual.size()), budget.goal, draws);
    }
};

} // namespace

std::unique_ptr<const EncoderPruner> randomTokens() {
    return std::make_unique<RandomAfter>();
}

std::unique_ptr<const LanguagePruner> languageRandom() {
    return std::make_unique<RandomInside>();
}

} // namespace prunescope::model
