#pragma once

#include "model/datasets/screens/sheet.h"

namespace prunescope::model {

/// Draws title, menus, tools, status line, sidebar and tabs of a window, chosen at random; leaves `area` what remains.
void drawBars(Sheet& sheet, PixelRect& area);
/// A window's or dialog's title bar on top of `area`.
void drawTitleBar(Sheet& sheet, PixelRect& area, ElementKind kind);

} // namespace prunescope::model
