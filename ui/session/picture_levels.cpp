#include "ui/session/picture_levels.h"

#include <QPainter>
#include <algorithm>

namespace prunescope::ui {

namespace {

constexpr int kSmallestPx = 512; ///< less is fast to draw at any scale

QImage halved(const QImage& image) {
    return image.scaled(std::max(1, image.width() / 2), std::max(1, image.height() / 2), Qt::IgnoreAspectRatio,
                        Qt::SmoothTransformation);
}

} // namespace

PictureLevels::PictureLevels(const QImage& picture) : m_levels{picture} {
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
