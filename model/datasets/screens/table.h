#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// A table at the top of `area`: a header row and rows that begin with what they are called. Gives the height it took,
/// 0 if it did not fit.
int drawTable(Sheet& sheet, PixelRect area);
/// A table of goods with quantity, price and total; otherwise as `drawTable`.
int drawItemTable(Sheet& sheet, PixelRect area);

} // namespace prunescope::model
