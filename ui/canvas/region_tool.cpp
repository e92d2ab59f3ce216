#include "ui/canvas/region_tool.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

constexpr int kSmallestPx = 8; ///< a shorter drag is a click that slipped

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

void RegionTool::paint(QPainter& painter, PixelRect region, Size picture, const ViewTransform& transform) {
    const QRectF whole = transform.toView(QRectF(0, 0, picture.width, picture.height));
    const QRectF inner = transform.toView(QRectF(region.x, region.y, region.width, region.height));
    QPainterPath around;
    around.addRect(whole);
    around.addRect(inner);
    painter.fillPath(around, QColor(10, 12, 16, 165));
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 150), 3));
    painter.drawRect(inner);
    painter.setPen(QPen(Qt::white, 1, Qt::DashLine));
    painter.drawRect(inner);
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
