#pragma once

#include <QColor>
#include <QPointF>
#include <cstddef>

class QPainter;

namespace prunescope::ui {

/// Shape of the points of a series in a chart: colour alone tells no two series apart.
enum class ChartMark { None, Circle, Square, Diamond, Triangle, Cross, Ring };

/// Another shape for each of the first six series; where colours come again, with other colours.
ChartMark chartMark(std::size_t index);

/// Draws the shape around `centre`, about nine pixels wide. Nothing for None.
void paintMark(QPainter& painter, ChartMark mark, QPointF centre, const QColor& colour);

} // namespace prunescope::ui
