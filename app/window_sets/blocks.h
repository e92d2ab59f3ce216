#pragma once

#include "app/window_sets/window_context.h"

#include <QSize>
#include <QWidget>

/// Parts that stand below each other in a window. Each function gives a child of `parent` that fits a `room` (logical
/// pixels) or hardly exceeds it, or null where there is no room.
namespace prunescope::app {

/// Labels with entries: lines, lists, numbers, dates, times.
QWidget* makeForm(WindowContext& context, QSize room, QWidget* parent);
QWidget* makeCheckBoxes(WindowContext& context, QSize room, QWidget* parent);
/// Radio buttons of which one is chosen.
QWidget* makeRadioButtons(WindowContext& context, QSize room, QWidget* parent);
/// A row.
QWidget* makeButtons(WindowContext& context, QSize room, QWidget* parent);
QWidget* makeTable(WindowContext& context, QSize room, QWidget* parent);
/// Lines of text, or a paragraph.
QWidget* makeText(WindowContext& context, QSize room, QWidget* parent);
/// Large or bold, sometimes with a rule below.
QWidget* makeHeading(WindowContext& context, QSize room, QWidget* parent);
/// A text that could be edited.
QWidget* makeNotes(WindowContext& context, QSize room, QWidget* parent);
/// A slider or a progress bar: nothing to ask about.
QWidget* makeGauge(WindowContext& context, QSize room, QWidget* parent);

} // namespace prunescope::app
