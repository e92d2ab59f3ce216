#pragma once

#include "core/pruning/prune_plan.h"

#include <optional>

namespace prunescope::ui {

/// `plan` with stage `index` replaced by `stage`, or without it; a negative index adds one. Stages stay in the order in
/// which they run, and what is drawn at random keeps one seed. Not checked: `checkStages` does.
PrunePlan withStage(PrunePlan plan, int index, const std::optional<PruneStage>& stage);

/// `plan` with these settings of its stage that looks at pixels, and one seed.
PrunePlan withPixelSettings(PrunePlan plan, const MethodSettings& settings);

} // namespace prunescope::ui
