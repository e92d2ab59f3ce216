#pragma once

#include "app/window_sets/window_context.h"

#include <QWidget>

namespace prunescope::app {

/// Container for the layout of a part of a window: with chance `boxChance` a box with a title, else a plain widget.
QWidget* makeContainer(WindowContext& context, double boxChance, QWidget* parent);

/// Gives a widget and its children their style before they are visible: sizes depend on it.
void polish(QWidget* block);

/// Finishes a container that has its layout: takes the margins of those that are no boxes, and polishes it.
void settle(QWidget* block);

} // namespace prunescope::app
