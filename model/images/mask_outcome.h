#pragma once

#include "model/images/prepare_image.h"
#include "model/values/prune_outcome.h"

namespace prunescope::model {

/// What a plan's pixel stage did to the images of a prompt: where an outcome begins. Its stage is there where it drops
/// anything; every block that it dropped says which neighbour predicted it, where the method has such a rule and the
/// pixels are in host memory. No time: that is the image's own.
PruneOutcome maskOutcome(const PrunePlan& plan, const std::vector<PreparedImage>& images);

/// The same in two steps: the second takes about as long as making the mask.
PruneOutcome maskCounts(const PrunePlan& plan, const std::vector<PreparedImage>& images);
void notePredictors(const std::vector<PreparedImage>& images, PruneOutcome& outcome);

} // namespace prunescope::model
