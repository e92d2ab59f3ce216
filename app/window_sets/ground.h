#pragma once

#include "app/window_sets/kit.h"

#include <QWidget>

namespace prunescope::app {

/// What a block's layout is set on: a box with a title with this chance, else a plain widget.
QWidget* makeGround(Kit& kit, double boxChance, QWidget* parent);

/// Gives a widget and its children their style before they are visible: sizes depend on it.
void polish(QWidget* block);

/// To be called when a block has its layout: only boxes have margins of their own; polishes them.
void settle(QWidget* block);

} // namespace prunescope::app
