#pragma once

#include "ui/canvas/scene.h"
#include "ui/canvas/view_transform.h"

#include <vector>

class QPainter;

namespace prunescope::ui {

/// Boxes and points of an answer over the picture, each with its label.
class BoxLayer {
public:
    /// `lit`: the one that is lit up; negative: none.
    void show(std::vector<Box> boxes, int lit);
    const std::vector<Box>& boxes() const { return m_boxes; }
    int lit() const { return m_lit; }

    /// Rectangle of the box in the widget; for a point that of its ring.
    QRectF viewRect(int index, const ViewTransform& transform) const;
    /// The smallest box under `view`, or -1.
    int hit(QPointF view, const ViewTransform& transform) const;
    void paint(QPainter& painter, const ViewTransform& transform, QRect view) const;

private:
    void paintShape(QPainter& painter, int index, const ViewTransform& transform) const;
    void paintLabel(QPainter& painter, int index, const ViewTransform& transform, QRect view) const;

    std::vector<Box> m_boxes;
    int m_lit = -1;
};

} // namespace prunescope::ui
