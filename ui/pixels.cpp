#include "ui/pixels.h"

#include "core/base/error.h"

#include <QPainter>
#include <cstring>
#include <vector>

namespace prunescope::ui {

namespace {

void releasePicture(void* picture) {
    delete static_cast<Picture*>(picture);
}

QImage onWhite(const QImage& image) {
    QImage flat(image.size(), QImage::Format_RGB32);
    flat.fill(Qt::white);
    QPainter painter(&flat);
    QImage source = image;
    source.setDevicePixelRatio(1);
    painter.drawImage(0, 0, source);
    return flat;
}

} // namespace

QImage sharedImage(const Picture& picture) {
    if (picture.empty())
        return {};
    return QImage(picture.data(), picture.width(), picture.height(), static_cast<qsizetype>(picture.strideBytes()),
                  QImage::Format_RGB888, releasePicture, new Picture(picture));
}

Picture pictureOf(const QImage& image) {
    if (image.isNull())
        throw Error(ErrorKind::BadInput, "the image is empty, expected a picture");
    const QImage rgb = (image.hasAlphaChannel() ? onWhite(image) : image).convertToFormat(QImage::Format_RGB888);
    const auto stride = static_cast<std::size_t>(rgb.width()) * 3;
    std::vector<std::uint8_t> bytes(stride * static_cast<std::size_t>(rgb.height()));
    for (int y = 0; y < rgb.height(); ++y)
        std::memcpy(bytes.data() + static_cast<std::size_t>(y) * stride, rgb.constScanLine(y), stride);
    return Picture({rgb.width(), rgb.height()}, std::move(bytes));
}

QRect toQRect(PixelRect rect) {
    return {rect.x, rect.y, rect.width, rect.height};
}

PixelRect toPixelRect(QRect rect) {
    return {rect.x(), rect.y(), rect.width(), rect.height()};
}

} // namespace prunescope::ui
