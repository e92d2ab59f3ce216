#pragma once

#include "model/datasets/question_set.h"

namespace prunescope::app {

/// Draws the pages of a PDF at 144 dots an inch, at most 120 of them, as the toolkit of the sets does (evaluation
/// spec 1.3). Empty in a build without Qt's PDF module: sets of documents are refused then. Any thread, one at a time.
model::PageSource pageSource();

} // namespace prunescope::app
