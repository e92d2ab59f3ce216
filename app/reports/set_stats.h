#pragma once

#include "model/eval/picture_stats.h"

#include <string>

namespace prunescope::app {

/// Redundancy and resolution of a set of pictures, for people.
std::string statsTable(const model::SourceStats& stats);

} // namespace prunescope::app
