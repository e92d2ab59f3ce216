#include "ui/canvas/region_tool.h"

#include "core/image/mark_frame.h"
#include "ui/canvas/scene.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr int kSmallestPx = 8; ///< a shorter drag is a click that slipped

QRectF onView(PixelRect rect, const ViewTransform& transform) {
    return transform.toView(QRectF(rect.x, rect.y, rect.width, rect.height));
}

/// Two pens, of which one reads on black and the other on everything else.
void paintEdge(QPainter& painter, const QRectF& rect) {
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 150), 3));
    painter.drawRect(rect);
    painter.setPen(QPen(Qt::white, 1, Qt::DashLine));
    painter.drawRect(rect);
}

void paintMark(QPainter& painter, PixelRect region, Size picture, const ViewTransform& transform) {
    painter.setRenderHint(QPainter::Antialiasing, false);
    const QColor colour(kMarkColour[0], kMarkColour[1], kMarkColour[2]);
    for (const PixelRect& side : markFrame(region, picture).sides())
        painter.fillRect(onView(side, transform), colour);
}

} // namespace

void RegionTool::begin(QPointF picture) {
    m_from = m_to = picture;
}

void RegionTool::moveTo(QPointF picture) {
    m_to = picture;
}

PixelRect RegionTool::dragged(Size picture) const {
    if (!m_from)
        return {};
    const QRectF rect = QRectF(*m_from, m_to).normalized();
    const int left = static_cast<int>(std::floor(rect.left())), top = static_cast<int>(std::floor(rect.top()));
    const int right = static_cast<int>(std::ceil(rect.right())), bottom = static_cast<int>(std::ceil(rect.bottom()));
    return clipped({left, top, right - left, bottom - top}, picture);
}

std::optional<PixelRect> RegionTool::finish(Size picture) {
    const PixelRect rect = dragged(picture);
    m_from.reset();
    if (rect.width < kSmallestPx || rect.height < kSmallestPx)
        return std::nullopt;
    return rect;
}

void RegionTool::paint(QPainter& painter, const Scene& scene, const ViewTransform& transform,
                       std::optional<PixelRect> dragged) {
    const PixelRect region = dragged.value_or(scene.region);
    if (!region.empty())
        scene.isMarked ? paintMark(painter, region, scene.size(), transform)
                       : paintCrop(painter, region, scene.size(), transform);
}

void RegionTool::paintCrop(QPainter& painter, PixelRect region, Size picture, const ViewTransform& transform) {
    const QRectF whole = transform.toView(QRectF(0, 0, picture.width, picture.height));
    const QRectF inner = onView(region, transform);
    QPainterPath around;
    around.addRect(whole);
    around.addRect(inner);
    painter.fillPath(around, QColor(10, 12, 16, 165));
    paintEdge(painter, inner);
}

void RegionTool::paintRedaction(QPainter& painter, PixelRect part, const ViewTransform& transform) {
    painter.fillRect(onView(part, transform), Qt::black);
    paintRedactionEdge(painter, part, transform);
}

void RegionTool::paintRedactionEdge(QPainter& painter, PixelRect part, const ViewTransform& transform) {
    paintEdge(painter, onView(part, transform));
}

QPoint arrowOf(int key) {
    switch (key) {
    case Qt::Key_Left:
        return {-1, 0};
    case Qt::Key_Right:
        return {1, 0};
    case Qt::Key_Up:
        return {0, -1};
    case Qt::Key_Down:
        return {0, 1};
    default:
        return {};
    }
}

PixelRect nudged(PixelRect region, Size picture, QPoint step, bool grow) {
    if (region.empty())
        return {picture.width / 4, picture.height / 4, std::max(1, picture.width / 2), std::max(1, picture.height / 2)};
    if (grow) {
        region.width =
            std::clamp(region.width + step.x(), std::min(kSmallestPx, picture.width), picture.width - region.x);
        region.height =
            std::clamp(region.height + step.y(), std::min(kSmallestPx, picture.height), picture.height - region.y);
    } else {
        region.x = std::clamp(region.x + step.x(), 0, picture.width - region.width);
        region.y = std::clamp(region.y + step.y(), 0, picture.height - region.height);
    }
    return region;
}

} // namespace prunescope::ui
