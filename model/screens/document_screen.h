#pragma once

#include "model/screens/sheet.h"

namespace prunescope::model {

/// A page: report, invoice or receipt.
void drawDocument(Sheet& sheet);

} // namespace prunescope::model
