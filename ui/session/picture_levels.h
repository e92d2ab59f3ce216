#pragma once

#include "core/image/geometry.h"
#include "core/image/picture.h"

#include <QImage>
#include <span>
#include <vector>

namespace prunescope::ui {

/// A picture with smaller copies of itself, each half of the one before, so that showing a small one never touches all
/// pixels of a huge one. Copies share the pixels. Making one takes time that grows with the picture: not for the GUI
/// thread.
class PictureLevels {
public:
    PictureLevels() = default;
    explicit PictureLevels(const Picture& picture);
    /// The same with `parts` (pixels of the picture) black; in smaller copies every pixel that shows any of them. Takes
    /// as long as a copy.
    PictureLevels redacted(std::span<const PixelRect> parts) const;

    /// The picture itself (Format_RGB32); null when there is none.
    const QImage& whole() const { return m_levels.front(); }
    /// The smallest copy that has a pixel for every device pixel at `scale` device pixels per picture pixel.
    const QImage& forScale(double scale) const;
    /// Whether both have the same pixels in memory (not: equal pixels).
    bool sharesPixelsWith(const PictureLevels& other) const { return whole().cacheKey() == other.whole().cacheKey(); }

private:
    std::vector<QImage> m_levels{QImage()};
};

} // namespace prunescope::ui
