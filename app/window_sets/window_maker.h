#pragma once

#include "app/window_sets/window_context.h"

#include <QWidget>
#include <memory>

namespace prunescope::app {

/// A window or dialog of the context's look, laid out and visible but on no screen. The look is set already.
std::unique_ptr<QWidget> makeWindow(WindowContext& context);

} // namespace prunescope::app
