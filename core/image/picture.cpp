#include "core/image/picture.h"

#include "core/base/error.h"

#include <algorithm>
#include <string>

namespace prunescope {

Picture::Picture(Size size, std::vector<std::uint8_t> rgb) : m_size(size) {
    check(size.width >= 0 && size.height >= 0 && rgb.size() == static_cast<std::size_t>(size.area()) * 3,
          "a picture's bytes do not fit its size");
    m_rgb = std::make_shared<const std::vector<std::uint8_t>>(std::move(rgb));
}

Picture Picture::cropped(PixelRect rect) const {
    const PixelRect inside = clipped(rect, m_size);
    if (inside.empty())
        throw Error(ErrorKind::BadInput, "region " + std::to_string(rect.width) + "x" + std::to_string(rect.height) +
                                             " at " + std::to_string(rect.x) + "," + std::to_string(rect.y) +
                                             " lies outside the picture of " + std::to_string(m_size.width) + "x" +
                                             std::to_string(m_size.height));
    std::vector<std::uint8_t> rgb;
    rgb.reserve(static_cast<std::size_t>(inside.width) * static_cast<std::size_t>(inside.height) * 3);
    for (int y = inside.y; y < inside.bottom(); ++y)
        rgb.insert(rgb.end(), row(y) + inside.x * 3, row(y) + inside.right() * 3);
    return Picture({inside.width, inside.height}, std::move(rgb));
}

} // namespace prunescope
