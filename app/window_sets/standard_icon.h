#pragma once

#include "app/window_sets/kit.h"

#include <QIcon>

namespace prunescope::app {

/// One of those that the style brings along.
QIcon drawStandardIcon(Kit& kit);

} // namespace prunescope::app
