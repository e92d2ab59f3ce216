#include "ui/canvas/change_layer.h"

#include <QPainter>

namespace prunescope::ui {

namespace {

constexpr double kLinePx = 2;
// Dark between the dashes and around them: they read on light and on dark pictures.
const QColor kSeam(20, 4, 12, 190);

} // namespace

void paintChanges(QPainter& painter, const PictureChanges& changes, const ViewTransform& transform) {
    QPen dashes(kChangeColour, kLinePx);
    dashes.setDashPattern({4, 2});
    dashes.setCapStyle(Qt::FlatCap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    for (const PixelRect& area : changes.areasPx) {
        const QRectF rect = transform.toView(QRectF(area.x, area.y, area.width, area.height));
        painter.setPen(QPen(kSeam, kLinePx + 2));
        painter.drawRect(rect);
        painter.setPen(dashes);
        painter.drawRect(rect);
    }
}

} // namespace prunescope::ui
