#pragma once

#include "model/scores/score.h"

#include <string_view>

namespace prunescope {

/// Verdict of the words of an answer in lower case: Yes or No when one of both is among them, else Unknown, undecided.
Verdict yesNoVerdict(std::u32string_view words, const GivenAnswer& answer);

} // namespace prunescope
