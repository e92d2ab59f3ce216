#include "model/pruners/method_steps.h"

namespace prunescope::model {

namespace {

/// Visual Tokens Withdrawal (uniprune spec 3): none goes on.
class Vtw final : public LanguagePruner {
public:
    std::vector<int> steps(int first, int layers) const override { return methodSteps("vtw", first, layers); }
    TokenChoice choose(const LayerTokens&, const StepBudget&, const MethodSettings&, ReferenceRandom&) const override {
        return {};
    }
};

} // namespace

std::unique_ptr<const LanguagePruner> vtw() {
    return std::make_unique<Vtw>();
}

} // namespace prunescope::model
