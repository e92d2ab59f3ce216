#pragma once

#include "ui/canvas/view_transform.h"
#include "ui/theme.h"

#include <QString>
#include <optional>
#include <vector>

class QPainter;

namespace prunescope::ui {

/// A place that an answer names, in pixels of the original picture; a point has an empty rectangle.
struct Box {
    QRectF rect;
    QString label;
    bool isPoint = false;
};

/// Boxes and points of an answer over the picture, each with its label.
class BoxLayer {
public:
    void setBoxes(std::vector<Box> boxes);
    const std::vector<Box>& boxes() const { return m_boxes; }
    /// Negative: none.
    void setHovered(int index) { m_hovered = index; }
    int hovered() const { return m_hovered; }

    /// Where the box is in the widget; for a point its ring.
    QRectF viewRect(int index, const ViewTransform& transform) const;
    /// The smallest box under `view`, or -1.
    int hit(QPointF view, const ViewTransform& transform) const;
    void paint(QPainter& painter, const ViewTransform& transform, QRect view) const;

private:
    void paintShape(QPainter& painter, int index, const ViewTransform& transform) const;
    void paintLabel(QPainter& painter, int index, const ViewTransform& transform, QRect view) const;

    std::vector<Box> m_boxes;
    int m_hovered = -1;
};

} // namespace prunescope::ui
