#pragma once

#include "app/window_sets/kit.h"

#include <QSize>
#include <QWidget>

/// What stands in a window below each other. Each gives a child of `parent` that fits a `room` (logical pixels) or
/// hardly exceeds it, or null where there is no room.
namespace prunescope::app {

/// Labels with entries: lines, lists, numbers, dates, times.
QWidget* makeForm(Kit& kit, QSize room, QWidget* parent);
QWidget* makeCheckBoxes(Kit& kit, QSize room, QWidget* parent);
/// One of several.
QWidget* makeRadioButtons(Kit& kit, QSize room, QWidget* parent);
/// A row.
QWidget* makeButtons(Kit& kit, QSize room, QWidget* parent);
QWidget* makeTable(Kit& kit, QSize room, QWidget* parent);
/// Lines of text, or a paragraph.
QWidget* makeText(Kit& kit, QSize room, QWidget* parent);
/// Large or bold, sometimes with a rule below.
QWidget* makeHeading(Kit& kit, QSize room, QWidget* parent);
/// A text that could be edited.
QWidget* makeNotes(Kit& kit, QSize room, QWidget* parent);
/// A slider or a progress bar: nothing to ask about.
QWidget* makeGauge(Kit& kit, QSize room, QWidget* parent);

} // namespace prunescope::app
