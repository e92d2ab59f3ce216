#pragma once

#include "core/image/geometry.h"
#include "ui/canvas/view_transform.h"

#include <QPoint>
#include <optional>

class QPainter;

namespace prunescope::ui {

struct Scene;

/// Selecting a part of the picture, to ask about or to redact: dragging a rectangle, or moving and growing it with the
/// keyboard. Gives rectangles in pixels of the original picture.
class RegionTool {
public:
    void begin(QPointF picture);
    void moveTo(QPointF picture);
    /// The rectangle that was dragged; nothing when it is too small to be meant.
    std::optional<PixelRect> finish(Size picture);
    void cancel() { m_from.reset(); }
    bool isDragging() const { return m_from.has_value(); }
    PixelRect dragged(Size picture) const;

    /// Draws the edge of the region of `scene`, or of `dragged` in its place, and darkens what lies around it; where
    /// the model is shown it in a frame, that.
    static void paint(QPainter& painter, const Scene& scene, const ViewTransform& transform,
                      std::optional<PixelRect> dragged = std::nullopt);
    /// Draws the edge of a part of a picture, and darkens what lies around it.
    static void paintCrop(QPainter& painter, PixelRect region, Size picture, const ViewTransform& transform);
    /// Draws a part that is to be redacted: black already, with an edge.
    static void paintRedaction(QPainter& painter, PixelRect part, const ViewTransform& transform);
    /// Draws the edge of a redaction, which is black already.
    static void paintRedactionEdge(QPainter& painter, PixelRect part, const ViewTransform& transform);

private:
    std::optional<QPointF> m_from;
    QPointF m_to;
};

/// Direction of an arrow key; null for another one.
QPoint arrowOf(int key);

/// `region` (or, when empty, the middle of the picture) moved by `step`, or grown by it at its right and bottom edges.
PixelRect nudged(PixelRect region, Size picture, QPoint step, bool grow);

} // namespace prunescope::ui
