#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// Things without text, drawn at the top of `area`: a landscape and a bar that shows progress. Each gives the height it
/// took, 0 if it did not fit.
int drawPicture(Sheet& sheet, PixelRect area);
int drawProgress(Sheet& sheet, PixelRect area);

} // namespace prunescope::model
