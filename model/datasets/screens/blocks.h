#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// Blocks of content, drawn at the top of `area`. Each gives the height it took, 0 if it did not fit.
int drawCheckBoxes(Sheet& sheet, PixelRect area);
int drawButtons(Sheet& sheet, PixelRect area);
int drawLines(Sheet& sheet, PixelRect area);
int drawHeading(Sheet& sheet, PixelRect area);
int drawList(Sheet& sheet, PixelRect area);

} // namespace prunescope::model
