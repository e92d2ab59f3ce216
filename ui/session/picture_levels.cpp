#include "ui/session/picture_levels.h"

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
