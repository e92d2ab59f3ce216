#pragma once

#include "core/pruning/method.h"

namespace prunescope {

/// Blocks that Pred-2D keeps: the budget of the baselines (pixelprune spec 5).
int budgetOf(const Selection& selection);

} // namespace prunescope
