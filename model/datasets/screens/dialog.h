#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// Where a dialog will lie on the window, or nothing: most windows have none.
PixelRect planDialog(Sheet& sheet, PixelRect window);
void drawDialog(Sheet& sheet, PixelRect box);

} // namespace prunescope::model
