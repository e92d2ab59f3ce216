#pragma once

#include "model/datasets/screens/screen.h"

#include <QWidget>

namespace prunescope::app {

/// Everything that can be asked about a window.
struct WindowReading {
    model::Screen screen;      ///< elements and texts with their places in the picture, which is empty
    bool sureOfCounts = false; ///< nothing that could be counted is seen in part only
};

/// Reads titles, menus, buttons, tabs, lists, tables, fields (a QLabel with its buddy), check boxes and lines off the
/// widgets of `window`, which is laid out and visible. `scale` is pixels of the picture to a logical pixel.
WindowReading readWindow(QWidget& window, double scale, Size picture);

} // namespace prunescope::app
