#pragma once

#include "core/image/screen_layout.h"

#include <QString>
#include <vector>

class QScreen;

namespace prunescope::ui {

/// The screens that Qt knows, in its order. GUI thread.
std::vector<Screen> desktopScreens();

/// A screen's place in pixels, by its name.
struct ScreenPixels {
    std::string name;
    PixelRect pixels;
};

/// Layout of a picture of all screens that begins at their common top left corner: X11, Windows, macOS; never Wayland,
/// where Qt rounds scales. What is not `known` of the screens has as many pixels as its scale says, which is one off
/// where a side is no multiple of a fractional scale. GUI thread.
ScreenLayout layoutByPixels(Size picture, const std::vector<ScreenPixels>& known = {});

/// Name of a screen for people: "Screen 2", counted from 1; a system may call its only screen "screen".
QString screenTitle(std::size_t index);

} // namespace prunescope::ui
