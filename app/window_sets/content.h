#pragma once

#include "app/window_sets/window_context.h"

#include <QWidget>

namespace prunescope::app {

/// Fills `host`, which has its size, with forms, check boxes, buttons, tables and texts, in columns where it is wide.
void fillContent(WindowContext& context, QWidget* host);

} // namespace prunescope::app
