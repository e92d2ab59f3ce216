#pragma once

#include "core/pruning/method.h"

namespace prunescope {

/// Counts of the methods inside the language model (MethodEntry::stepCount), uniprune spec 3 and 4.

/// Shrinks by one factor from step to step, so that the last leaves exactly the goal.
StepCount geometricStep(const MethodSettings& settings, const StepState& state);
/// PyramidDrop: floor(original * ratio^(step + 1)), exact, at least 1; the last step has the third power. With `keep`
/// as above.
StepCount pyramidStep(const MethodSettings& settings, const StepState& state);
/// SparseVLM: a published schedule; with `keep` in the shape of that for 192 tokens, groups among those that are left.
StepCount sparseStep(const MethodSettings& settings, const StepState& state);
/// MustDrop: thresholds decide. As if the preset's number were what is left in the end.
StepCount mustdropStep(const MethodSettings& settings, const StepState& state);
/// Nothing is left.
StepCount emptyStep(const MethodSettings& settings, const StepState& state);

/// Dropped tokens that SparseVLM recycles of so many (uniprune spec 4), and groups that they become.
int recycledOf(int dropped);
int groupsOf(int recycled);

} // namespace prunescope
