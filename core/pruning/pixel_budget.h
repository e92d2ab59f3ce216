#pragma once

#include "core/pruning/make_mask.h"
#include "core/pruning/method.h"

namespace prunescope {

/// Blocks that a baseline keeps: what `keep` says, else as many as Pred-2D keeps (pixelprune spec 5).
int budgetOf(const Selection& selection);

/// Keeps at most `keep` blocks by a method that has a decoder, by the rule in its settings (uniprune-2026 spec 7): the
/// least threshold that a bisection finds, then the blocks that it shows worst; or the worst predictions alone. `pairs`
/// of the selection must hold exact distances.
BlockChoice fitToBudget(const Selection& selection, const TokenBudget& keep);

} // namespace prunescope
