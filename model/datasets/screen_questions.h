#pragma once

#include "model/datasets/question_set.h"
#include "model/datasets/screens/ask_about.h"

namespace prunescope::model {

/// A question about a screen as data sets hold it.
AskedQuestion toAsked(const ScreenQuestion& question);

} // namespace prunescope::model
