#pragma once

#include "core/report/mask_report.h"
#include "model/values/prune_outcome.h"

#include <vector>

namespace prunescope::test {

/// An outcome of `plan` without a model: as many tokens as core expects, dropped by scores that look like a method's.
/// Pixel methods predict from the left or from above; after the encoder every second dropped block is merged into
/// another one.
model::PruneOutcome fakeOutcome(const PrunePlan& plan, const std::vector<MaskReport>& images, int languageLayers);

} // namespace prunescope::test
