#pragma once

#include "core/image/geometry.h"
#include "ui/canvas/view_transform.h"

#include <QPoint>
#include <optional>

class QPainter;

namespace prunescope::ui {

/// Selecting a part of the picture: dragging a rectangle, or moving and growing it with the keyboard. Gives rectangles
/// in pixels of the original picture.
class RegionTool {
public:
    void begin(QPointF picture);
    void moveTo(QPointF picture);
    /// The rectangle that was dragged; nothing when it is too small to be meant.
    std::optional<PixelRect> finish(Size picture);
    void cancel() { m_from.reset(); }
    bool isDragging() const { return m_from.has_value(); }
    PixelRect dragged(Size picture) const;

    /// Draws the edge of `region` and darkens what lies around it.
    static void paint(QPainter& painter, PixelRect region, Size picture, const ViewTransform& transform);

private:
    std::optional<QPointF> m_from;
    QPointF m_to;
};

/// Direction of an arrow key; null for another one.
QPoint arrowOf(int key);

/// `region` (or, when empty, the middle of the picture) moved by `step`, or grown by it at its right and bottom edges.
PixelRect nudged(PixelRect region, Size picture, QPoint step, bool grow);

} // namespace prunescope::ui
