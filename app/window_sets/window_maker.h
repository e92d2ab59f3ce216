#pragma once

#include "app/window_sets/kit.h"

#include <QWidget>
#include <memory>

namespace prunescope::app {

/// A window or dialog of kit's look, laid out and visible but on no screen. The look is worn already.
std::unique_ptr<QWidget> makeWindow(Kit& kit);

} // namespace prunescope::app
