#pragma once

#include "core/pruning/make_mask.h"

#include <string>

namespace prunescope {

/// Outcome of a token budget in one sentence for people: "at most 300 blocks: tau 0.0196 was found (it fits; a
/// smaller one might, too)".
std::string budgetText(const BlockChoice& choice, const MethodSettings& settings);

} // namespace prunescope
