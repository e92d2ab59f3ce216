#include "ui/session/picture_levels.h"

#include "ui/session/pixels.h"

#include <QPainter>
#include <algorithm>
#include <cstring>

namespace prunescope::ui {

namespace {

constexpr int kSmallestPx = 512; ///< less is fast to draw at any scale

/// The rounded mean of four pixels (0xffRRGGBB), two channels at a time.
QRgb meanOf(QRgb a, QRgb b, QRgb c, QRgb d) {
    constexpr QRgb kRedBlue = 0xff00ff, kGreen = 0x00ff00;
    const QRgb redBlue = (a & kRedBlue) + (b & kRedBlue) + (c & kRedBlue) + (d & kRedBlue) + 0x020002;
    const QRgb green = (a & kGreen) + (b & kGreen) + (c & kGreen) + (d & kGreen) + 0x000200;
    return 0xff000000 | ((redBlue >> 2) & kRedBlue) | ((green >> 2) & kGreen);
}

/// Each pixel is the mean of four, of a side of one pixel the mean of two. What QImage::scaled does in twice the
/// time.
QImage halved(const QImage& image) {
    QImage half = newDrawableImage({std::max(1, image.width() / 2), std::max(1, image.height() / 2)});
    const int right = image.width() > 1 ? 1 : 0, below = image.height() > 1 ? 1 : 0;
    const int width = half.width(), height = half.height(); // a call for each pixel otherwise
    for (int y = 0; y < height; ++y) {
        const auto* first = reinterpret_cast<const QRgb*>(image.constScanLine(2 * y));
        const auto* second = reinterpret_cast<const QRgb*>(image.constScanLine(2 * y + below));
        auto* out = reinterpret_cast<QRgb*>(half.scanLine(y));
        for (int x = 0; x < width; ++x, first += 2, second += 2)
            out[x] = meanOf(first[0], first[right], second[0], second[right]);
    }
    return half;
}

QImage copyOf(const QImage& image) {
    QImage copy = newDrawableImage(image.size());
    std::memcpy(copy.bits(), image.constBits(), static_cast<std::size_t>(image.sizeInBytes()));
    return copy;
}

} // namespace

PictureLevels::PictureLevels(const Picture& picture) : m_levels{drawableImage(picture)} {
    while (std::max(m_levels.back().width(), m_levels.back().height()) > kSmallestPx)
        m_levels.push_back(halved(m_levels.back()));
}

PictureLevels PictureLevels::redacted(std::span<const PixelRect> parts) const {
    PictureLevels result = *this;
    if (parts.empty() || whole().isNull())
        return result;
    for (QImage& level : result.m_levels) {
        // Outwards in the smaller copies: each of their pixels is a mean of several.
        const int spread = level.width() == whole().width() ? 0 : 1;
        const double across = static_cast<double>(level.width()) / whole().width();
        const double down = static_cast<double>(level.height()) / whole().height();
        level = copyOf(level);
        QPainter painter(&level);
        for (const PixelRect& part : parts)
            painter.fillRect(QRectF(part.x * across, part.y * down, part.width * across, part.height * down)
                                 .toAlignedRect()
                                 .adjusted(-spread, -spread, spread, spread),
                             Qt::black);
    }
    return result;
}

const QImage& PictureLevels::forScale(double scale) const {
    std::size_t level = 0;
    int factor = 1; // how many times smaller than the picture it is
    while (level + 1 < m_levels.size() && scale * factor <= 0.5) {
        ++level;
        factor *= 2;
    }
    return m_levels[level];
}

} // namespace prunescope::ui
