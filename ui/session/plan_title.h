#pragma once

#include "core/pruning/prune_plan.h"

#include <QString>

namespace prunescope::ui {

/// A plan in a few words: "Pred-2D, τ 0.020", or "Pred-2D + DivPrune + FastV": of several stages those that drop
/// anything.
QString planTitle(const PrunePlan& plan);
/// The same for the text of a plan; the text itself where it is none of ours.
QString planTitle(const std::string& plan);

} // namespace prunescope::ui
