#pragma once

#include <QBrush>
#include <QColor>
#include <QPixmap>
#include <QSize>
#include <QString>

class QPainter;

/// How plans are named and drawn where several stand side by side.
namespace prunescope::ui {

/// A letter for the plan with that index: A, B, ..., Z, A2, ...
QString planLetter(std::size_t index);

/// Look of what belongs to one of several plans, on the picture and in every legend: a colour, a dash of lines and a
/// pattern of areas, so that the colour is never the only sign. They read on light and on dark pictures. GUI thread.
struct PlanLook {
    QColor line;
    QColor label; ///< white text on it
    Qt::PenStyle dash = Qt::SolidLine;
    Qt::BrushStyle pattern = Qt::NoBrush;

    static PlanLook of(std::size_t index);
    /// Draws it over blocks that this plan alone keeps: the picture stays to be read.
    void paintOver(QPainter& painter, const QRectF& rect) const;
    /// A piece of it for a legend.
    QPixmap swatch(QSize size, qreal dpr) const;
    /// The letter on the plan's colour.
    QPixmap badge(std::size_t index, int sidePx, qreal dpr) const;
};

} // namespace prunescope::ui
