#include "ui/widgets/chart_mark.h"

#include "ui/style/theme.h"

#include <QPainter>
#include <QPolygonF>

namespace prunescope::ui {

namespace {

constexpr double kReach = 4.5;
constexpr std::size_t kMarks = 6;

QPolygonF diamond(QPointF c) {
    return {c + QPointF(0, -kReach), c + QPointF(kReach, 0), c + QPointF(0, kReach), c + QPointF(-kReach, 0)};
}

QPolygonF triangle(QPointF c) {
    return {c + QPointF(0, -kReach), c + QPointF(kReach, 0.8 * kReach), c + QPointF(-kReach, 0.8 * kReach)};
}

void paintCross(QPainter& painter, QPointF c, const QColor& colour) {
    constexpr double kArm = 0.8 * kReach;
    painter.setPen(QPen(colour, 2.2));
    painter.drawLine(c + QPointF(-kArm, -kArm), c + QPointF(kArm, kArm));
    painter.drawLine(c + QPointF(-kArm, kArm), c + QPointF(kArm, -kArm));
}

} // namespace

ChartMark chartMark(std::size_t index) {
    return static_cast<ChartMark>(1 + (index + index / kSeriesColours) % kMarks);
}

void paintMark(QPainter& painter, ChartMark mark, QPointF centre, const QColor& colour) {
    painter.save();
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    switch (mark) {
    case ChartMark::None:
        break;
    case ChartMark::Circle:
        painter.drawEllipse(centre, kReach, kReach);
        break;
    case ChartMark::Square:
        painter.drawRect(QRectF(centre - QPointF(kReach, kReach) * 0.85, QSizeF(1.7 * kReach, 1.7 * kReach)));
        break;
    case ChartMark::Diamond:
        painter.drawPolygon(diamond(centre));
        break;
    case ChartMark::Triangle:
        painter.drawPolygon(triangle(centre));
        break;
    case ChartMark::Cross:
        paintCross(painter, centre, colour);
        break;
    case ChartMark::Ring:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, 2));
        painter.drawEllipse(centre, kReach - 0.5, kReach - 0.5);
        break;
    }
    painter.restore();
}

} // namespace prunescope::ui
