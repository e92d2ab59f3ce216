#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// Title, menus, tools, status line, sidebar and tabs of a window, as its dice say; leaves `area` what remains.
void drawBars(Sheet& sheet, PixelRect& area);
/// A window's or dialog's title bar on top of `area`.
void drawTitleBar(Sheet& sheet, PixelRect& area, ElementKind kind);

} // namespace prunescope::model
