#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// Labels with values, drawn at the top of `area`. Each gives the height it took, 0 if it did not fit.
int drawForm(Sheet& sheet, PixelRect area);
/// Draws labels with values without frames, as documents have them.
int drawKeyValues(Sheet& sheet, PixelRect area);
/// Goods with their prices at the right edge.
int drawPrices(Sheet& sheet, PixelRect area);

} // namespace prunescope::model
