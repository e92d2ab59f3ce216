#include "ui/session/pixels.h"

#include "core/base/error.h"

#include <cstring>
#include <vector>

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

Picture pictureOf(const QImage& image) {
    if (image.isNull())
        throw Error(ErrorKind::BadInput, "the image is empty, expected a picture");
    const QImage rgb = image.convertToFormat(QImage::Format_RGB888); // keeps the colours, whatever alpha is
    const auto stride = static_cast<std::size_t>(rgb.width()) * 3;
    std::vector<std::uint8_t> bytes(stride * static_cast<std::size_t>(rgb.height()));
    for (int y = 0; y < rgb.height(); ++y)
        std::memcpy(bytes.data() + static_cast<std::size_t>(y) * stride, rgb.constScanLine(y), stride);
    return Picture({rgb.width(), rgb.height()}, std::move(bytes));
}

} // namespace prunescope::ui
