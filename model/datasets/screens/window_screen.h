#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// A window with its bars, content and, at times, a dialog on top.
void drawWindow(Sheet& sheet);

} // namespace prunescope::model
