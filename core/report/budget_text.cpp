#include "core/report/budget_text.h"

#include "core/base/format.h"
#include "core/metrics/metric.h"
#include "core/pruning/pixel_options.h"

namespace prunescope {

namespace {

constexpr int kDecimals = 4;

/// `samples` of a block.
std::string levelOf(std::uint32_t raw, const MethodSettings& settings, int samples) {
    return formatNonZero(inSampleUnits(reductionOf(settings), raw, samples), kDecimals);
}

std::string uncoveredText(const BudgetFit& fit) {
    return fit.uncovered > 0 ? "; " + formatCounted(fit.uncovered, "cell") + " not covered" : std::string();
}

} // namespace

std::string budgetText(const BlockChoice& choice, const MethodSettings& settings) {
    const BudgetFit& fit = choice.fit.value();
    const int samples = choice.mask.grid().geometry.blockSamples();
    const std::string blocks = formatCounted(fit.tokens, "block");
    if (!fit.isBounded())
        return blocks + " that are predicted worst; no error is bounded" + uncoveredText(fit);
    const std::string tau = "tau " + levelOf(fit.threshold, settings, samples);
    if (settings.value(kRule) == kRuleTau)
        return "at most " + blocks + ": " + tau + " was found (it fits; a smaller one might, too)";
    const int besides = choice.mask.keptCount() - fit.core.keptCount();
    return blocks + ": " + formatCount(fit.core.keptCount()) + " at " + tau + ", " + formatCount(besides) +
           " besides; no block is further off than " + levelOf(fit.bound, settings, samples) + uncoveredText(fit);
}

} // namespace prunescope
