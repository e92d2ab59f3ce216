#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// Place of a dialog on the window; empty for the most, which have none.
PixelRect planDialog(Sheet& sheet, PixelRect window);
void drawDialog(Sheet& sheet, PixelRect box);

} // namespace prunescope::model
