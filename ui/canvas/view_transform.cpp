#include "ui/canvas/view_transform.h"

#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

// One axis: `length` pixels of picture between `low` and `high` of the view.
double clampedOrigin(double origin, double length, double low, double high) {
    if (length <= high - low)
        return low + (high - low - length) / 2;
    return std::clamp(origin, high - length, low);
}

} // namespace

void ViewTransform::zoomAt(QPointF view, double newZoom) {
    const QPointF fixed = toPicture(view);
    zoom = std::clamp(newZoom, kMinZoom, kMaxZoom);
    origin = view - fixed * zoom;
}

void ViewTransform::clampTo(QSizeF picture, QRectF view) {
    origin.setX(clampedOrigin(origin.x(), picture.width() * zoom, view.left(), view.right()));
    origin.setY(clampedOrigin(origin.y(), picture.height() * zoom, view.top(), view.bottom()));
}

ViewTransform fitted(QSizeF picture, QRectF view) {
    ViewTransform transform;
    if (picture.isEmpty() || view.isEmpty())
        return transform;
    const double fit = std::min(view.width() / picture.width(), view.height() / picture.height());
    transform.zoom = std::clamp(fit > 1 ? std::floor(fit) : fit, kMinZoom, kMaxZoom);
    transform.clampTo(picture, view);
    return transform;
}

} // namespace prunescope::ui
