#include "ui/session/pixels.h"

#include "core/base/error.h"
#include "core/image/on_white.h"

#include <cstring>
#include <memory>
#include <utility>

namespace prunescope::ui {

namespace {

void releasePicture(void* picture) {
    delete static_cast<Picture*>(picture);
}

void releaseBuffer(void* buffer) {
    delete static_cast<PixelBuffer*>(buffer);
}

bool isPackedRgb(const QImage& image) {
    return image.format() == QImage::Format_RGB888 && image.bytesPerLine() == qsizetype{3} * image.width();
}

DecodedPixels rgbOf(const QImage& image) { // Format_RGB32
    const int width = image.width();       // a call for each pixel otherwise
    DecodedPixels pixels({width, image.height()}, 3);
    for (int y = 0; y < image.height(); ++y) {
        const auto* from = reinterpret_cast<const QRgb*>(image.constScanLine(y));
        std::uint8_t* to = pixels.row(y);
        for (int x = 0; x < width; ++x, to += 3) {
            to[0] = static_cast<std::uint8_t>(qRed(from[x]));
            to[1] = static_cast<std::uint8_t>(qGreen(from[x]));
            to[2] = static_cast<std::uint8_t>(qBlue(from[x]));
        }
    }
    return pixels;
}

DecodedPixels convertedOf(const QImage& image) {
    const bool alpha = image.hasAlphaChannel();
    const QImage source = image.convertToFormat(alpha ? QImage::Format_RGBA8888 : QImage::Format_RGB888);
    DecodedPixels pixels({source.width(), source.height()}, alpha ? 4 : 3);
    for (int y = 0; y < source.height(); ++y)
        std::memcpy(pixels.row(y), source.constScanLine(y), pixels.strideBytes());
    return pixels;
}

} // namespace

QImage sharedImage(const Picture& picture) {
    if (picture.empty())
        return {};
    return QImage(picture.data(), picture.width(), picture.height(), static_cast<qsizetype>(picture.strideBytes()),
                  QImage::Format_RGB888, releasePicture, new Picture(picture));
}

QImage newDrawableImage(QSize size) {
    const qsizetype stride = qsizetype{4} * size.width();
    auto buffer = std::make_unique<PixelBuffer>(static_cast<std::size_t>(stride * size.height()));
    PixelBuffer* owned = buffer.release();
    return QImage(owned->data(), size.width(), size.height(), stride, QImage::Format_RGB32, releaseBuffer, owned);
}

QImage drawableImage(const Picture& picture) {
    if (picture.empty())
        return {};
    QImage image = newDrawableImage({picture.width(), picture.height()});
    for (int y = 0; y < picture.height(); ++y) {
        const std::uint8_t* from = picture.row(y);
        auto* to = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < picture.width(); ++x, from += 3)
            to[x] = qRgb(from[0], from[1], from[2]);
    }
    return image;
}

LoadedImage loadedImage(const QImage& image) {
    if (image.isNull())
        throw Error(ErrorKind::BadInput, "the image is empty, expected a picture");
    if (isPackedRgb(image))
        return {Picture({image.width(), image.height()}, {image.constBits(), [image](const std::uint8_t*) {}}), {}};
    return uprightOnWhite(image.format() == QImage::Format_RGB32 ? rgbOf(image) : convertedOf(image));
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
