#pragma once

#include "app/windows/kit.h"

#include <QWidget>

namespace prunescope::app {

/// A dialog on top of what is in `window`, which is shown; null where it would cover nearly everything.
QWidget* addDialog(Kit& kit, QWidget& window);

} // namespace prunescope::app
