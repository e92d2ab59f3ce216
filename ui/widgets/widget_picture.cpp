#include "ui/widgets/widget_picture.h"

#include <QPainter>
#include <QWidget>

namespace prunescope::ui {

namespace {

constexpr int kMarginPx = 16;
constexpr int kScale = 2;

} // namespace

QImage widgetPicture(QWidget& widget, QSize size) {
    widget.resize(size);
    QImage image((size + QSize(2 * kMarginPx, 2 * kMarginPx)) * kScale, QImage::Format_RGB32);
    image.setDevicePixelRatio(kScale);
    image.fill(widget.palette().color(QPalette::Window));
    QPainter painter(&image);
    widget.render(&painter, QPoint(kMarginPx, kMarginPx), {}, QWidget::DrawChildren);
    painter.end();
    image.setDevicePixelRatio(1);
    return image;
}

} // namespace prunescope::ui
