#pragma once

#include "app/window_sets/kit.h"

#include <QWidget>

namespace prunescope::app {

/// A dialog on top of what is in `window`, which is shown; null where it would cover nearly everything.
QWidget* addDialog(Kit& kit, QWidget& window);

} // namespace prunescope::app
