#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// Forms, check boxes, buttons, tables, lists and lines; a wide area in columns. Parts of large areas may stay empty.
void drawContent(Sheet& sheet, PixelRect area);

} // namespace prunescope::model
