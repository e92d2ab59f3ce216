#pragma once

#include "app/window_sets/window_context.h"

#include <QIcon>

namespace prunescope::app {

/// A random one of the icons that the style brings along.
QIcon drawStandardIcon(WindowContext& context);

} // namespace prunescope::app
