#include "core/pruning/token_options.h"

#include <utility>

namespace prunescope {

namespace {

OptionSpec keepOption() {
    OptionSpec spec;
    spec.name = kKeep.name;
    spec.kind = OptionKind::Budget;
    spec.title = "Keep";
    spec.help = "token budget: a share of an image's tokens, or a number of them";
    spec.valueName = "N";
    spec.alwaysWritten = true;
    return spec;
}

} // namespace

OptionSpec ofOption() {
    OptionSpec spec;
    spec.name = kOf.name;
    spec.kind = OptionKind::Choice;
    spec.title = "Of";
    spec.help = "what a share in keep counts: the tokens that reach the stage (left), or all of the picture (grid)";
    spec.choices = {kOfLeft, kOfGrid};
    spec.standard = kOfLeft;
    spec.applies = hasTokenBudget;
    return spec;
}

std::vector<OptionSpec> tokenBudgetOptions() {
    OptionSpec keep = keepOption();
    keep.standard = TokenBudget::share(1, 3);
    return {std::move(keep), ofOption()};
}

std::vector<OptionSpec> tokenBudgetOptions(std::string_view whenUnset, std::vector<std::string_view> rivals) {
    OptionSpec keep = keepOption();
    keep.whenUnset = whenUnset;
    keep.excludes = std::move(rivals);
    return {std::move(keep), ofOption()};
}

bool hasTokenBudget(const MethodSettings& settings) {
    return settings.find(kKeep).has_value();
}

bool hasNoTokenBudget(const MethodSettings& settings) {
    return !hasTokenBudget(settings);
}

} // namespace prunescope
