#pragma once

#include "core/image/screen_layout.h"

#include <QString>
#include <vector>

class QScreen;

namespace prunescope::ui {

/// The screens that Qt knows, in its order. GUI thread.
std::vector<Screen> desktopScreens();

/// Layout of a picture of all screens that begins at their common top left corner, where each has as many pixels as its
/// scale says: X11, Windows, macOS; never Wayland, where Qt rounds scales. GUI thread.
ScreenLayout layoutByPixels(Size picture);

/// Name of a screen for people: "Screen 2", counted from 1; a system may call its only screen "screen".
QString screenTitle(std::size_t index);

} // namespace prunescope::ui
