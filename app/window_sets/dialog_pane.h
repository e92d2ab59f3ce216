#pragma once

#include "app/window_sets/window_context.h"

#include <QWidget>

namespace prunescope::app {

/// A dialog on top of what is in `window`, which is shown; null where it would cover nearly everything.
QWidget* addDialog(WindowContext& context, QWidget& window);

} // namespace prunescope::app
