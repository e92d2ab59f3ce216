#pragma once

#include "model/pruners/language_pruner.h"

#include <string_view>

namespace prunescope::model {

/// The layers before which a method of core drops tokens (`LanguagePruner::steps`), by its own formula.
std::vector<int> methodSteps(std::string_view method, int first, int layers);

/// Tokens that a step leaves where `goal` are to be left after the last: shrinks by one factor from step to step, and
/// the last leaves exactly `goal`.
int geometricCount(const StepBudget& budget);

/// Tokens that a step leaves which keeps `share` of what the one before left: floor(original * share^(step + 1)),
/// exact, at least 1. Of `published` steps the last of those that fit the model leaves what the last of all would. A
/// share that is a count: that count.
int powerCount(const StepBudget& budget, const TokenBudget& share, int published);

} // namespace prunescope::model
