#pragma once

#include "core/pruning/prune_plan.h"

#include <vector>

namespace prunescope {

/// When and down to what methods inside the language model thin out the visual tokens of a picture (uniprune spec 3 and
/// 4). Pure functions of the plan; any thread.

/// Steps that rise on small models, too: `first`, or else the first of `formula`, then each of the others, at least 2
/// and above the one before; those that the model has no layer for fall away (uniprune spec 4).
std::vector<int> risingSteps(int first, std::vector<int> formula, int languageLayers);

/// Layers before which a stage drops tokens inside a language model with so many; empty for methods that do so after
/// the encoder alone.
std::vector<int> stepLayers(const PruneStage& stage, int languageLayers);

/// Throws Error(Usage) that names the stage where a model with so many language layers has no place for it: K lies
/// beyond them, or not behind the last step of the stage before.
void checkSchedule(const PrunePlan& plan, int languageLayers);

/// What `keep` leaves of `left` tokens of a picture of `all` blocks: at least 1, at most `left`; `left` without `keep`.
int tokenGoal(const MethodSettings& settings, int left, int all);

/// What a step of a stage inside the language model leaves: the last of those that fit the model leaves what the last
/// of all would.
StepCount plannedStep(const MethodSettings& settings, const StepState& state);
/// What a stage after the encoder leaves of `left` tokens of a picture.
StepCount plannedChoice(const MethodSettings& settings, int left, const BlockGrid& grid);

} // namespace prunescope
