#include "ui/session/pixels.h"

#include "core/base/error.h"
#include "core/image/on_white.h"

#include <cstring>
#include <utility>

namespace prunescope::ui {

namespace {

void releasePicture(void* picture) {
    delete static_cast<Picture*>(picture);
}

} // namespace

QImage sharedImage(const Picture& picture) {
    if (picture.empty())
        return {};
    return QImage(picture.data(), picture.width(), picture.height(), static_cast<qsizetype>(picture.strideBytes()),
                  QImage::Format_RGB888, releasePicture, new Picture(picture));
}

LoadedImage loadedImage(const QImage& image) {
    if (image.isNull())
        throw Error(ErrorKind::BadInput, "the image is empty, expected a picture");
    const bool alpha = image.hasAlphaChannel();
    const QImage source = image.convertToFormat(alpha ? QImage::Format_RGBA8888 : QImage::Format_RGB888);
    DecodedPixels pixels({source.width(), source.height()}, alpha ? 4 : 3);
    for (int y = 0; y < source.height(); ++y)
        std::memcpy(pixels.row(y), source.constScanLine(y), pixels.strideBytes());
    return uprightOnWhite(std::move(pixels));
}

Picture pictureOf(const QImage& image) {
    return loadedImage(image).picture;
}

QImage withoutAlpha(const QImage& screen) {
    // Multiplied colours stay as they are: divided by an alpha that means nothing they would be other ones.
    QImage colors = screen.pixelFormat().premultiplied() == QPixelFormat::Premultiplied
                        ? screen.convertToFormat(QImage::Format_ARGB32_Premultiplied)
                        : screen.convertToFormat(QImage::Format_ARGB32);
    colors.reinterpretAsFormat(QImage::Format_RGB32);
    return colors;
}

} // namespace prunescope::ui
