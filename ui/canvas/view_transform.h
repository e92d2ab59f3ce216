#pragma once

#include <QPointF>
#include <QRectF>
#include <QSizeF>

namespace prunescope::ui {

inline constexpr double kMinZoom = 0.02;
inline constexpr double kMaxZoom = 64;

/// Transform from picture to canvas: zoom and place of the top left corner, in widget coordinates.
struct ViewTransform {
    double zoom = 1; ///< widget pixels per picture pixel
    QPointF origin;

    QPointF toView(QPointF picture) const { return origin + picture * zoom; }
    QPointF toPicture(QPointF view) const { return (view - origin) / zoom; }
    QRectF toView(const QRectF& picture) const { return {toView(picture.topLeft()), picture.size() * zoom}; }
    QRectF toPicture(const QRectF& view) const { return {toPicture(view.topLeft()), view.size() / zoom}; }

    /// Changes the zoom; the picture point under `view` stays there. The zoom is kept within its limits.
    void zoomAt(QPointF view, double newZoom);
    /// Keeps the picture in the view: centred along an axis where it is smaller, without gaps where it is larger.
    void clampTo(QSizeF picture, QRectF view);
    bool operator==(const ViewTransform&) const = default;
};

/// The whole picture centred in `view`; not larger than 1:1 unless it is small enough to show at a whole multiple.
ViewTransform fitted(QSizeF picture, QRectF view);

} // namespace prunescope::ui
