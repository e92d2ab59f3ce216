#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// A page: report, invoice or receipt.
void drawDocument(Sheet& sheet);

} // namespace prunescope::model
