#pragma once

#include "core/pruning/method.h"

#include <QBrush>
#include <QColor>
#include <QPixmap>
#include <QSize>

class QPainter;

namespace prunescope::ui {

/// Look of what one step of a plan dropped, on the picture and in every legend: a colour of the time bar's palette, and
/// lines of their own direction, so that the colour is never the only sign. GUI thread.
struct StepLook {
    QColor colour;
    Qt::BrushStyle lines = Qt::NoBrush;

    /// The look of step `ordinal` of a part of the model (`Place::Input`, `AfterEncoder`, `LanguageLayer`).
    static StepLook of(Place part, int ordinal);
    /// Draws it over what is there already: the picture stays to be read. Lines meet across calls with the same
    /// painter.
    void paintOver(QPainter& painter, const QRect& rect) const;
    /// Fills a legend's or a chart's area.
    void fill(QPainter& painter, const QRectF& rect) const;
    /// A piece of it for a legend.
    QPixmap swatch(QSize size, qreal dpr) const;
};

} // namespace prunescope::ui
