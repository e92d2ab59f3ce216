#pragma once

#include "ui/canvas/mask_layer.h"

namespace prunescope::ui {

/// A second plan over the picture: its mask right of a line that can be dragged, or which blocks one of both alone
/// keeps. Draws nothing in a scene without one.
class CompareLayer {
public:
    void show(const Scene& scene);

    /// Over the mask of the scene's own plan, which is there already.
    void paint(QPainter& painter, const ViewTransform& transform, QRect view, const QColor& background);
    /// The line with its handle, and the letters beside it.
    void paintLine(QPainter& painter, const ViewTransform& transform, QRect view) const;

    /// Whether a press there takes hold of the line.
    bool isOnLine(QPointF view, const ViewTransform& transform) const;
    /// Takes hold of the line if it is there.
    bool beginDrag(QPointF view, const ViewTransform& transform);
    void endDrag() { m_isDragging = false; }
    bool isDragging() const { return m_isDragging; }
    void setOverLine(bool over) { m_isOverLine = over; }
    bool isOverLine() const { return m_isOverLine; }
    /// The share of the picture's width at a point of the widget.
    double shareAt(QPointF view, const ViewTransform& transform) const;

private:
    bool isSwipe() const { return m_comparison && m_comparison->view == CompareView::Swipe; }
    double lineX(const ViewTransform& transform) const;
    void paintDifferences(QPainter& painter, const ViewTransform& transform) const;
    void paintTag(QPainter& painter, QPointF corner, int plan, bool isLeft) const;

    MaskLayer m_layer; ///< of the other plan, or of what either keeps
    std::optional<SceneComparison> m_comparison;
    int m_plan = 0; ///< left of the line
    QSize m_picture;
    double m_swipe = 0.5;
    bool m_isDragging = false;
    bool m_isOverLine = false;
};

} // namespace prunescope::ui
