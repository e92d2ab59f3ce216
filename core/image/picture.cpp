#include "core/image/picture.h"

#include "core/base/error.h"

#include <cstring>
#include <string>

namespace prunescope {

namespace {

void checkBytes(Size size, std::size_t bytes) {
    check(size.width >= 0 && size.height >= 0 && bytes == static_cast<std::size_t>(size.area()) * 3,
          "a picture's bytes do not fit its size");
}

} // namespace

Picture::Picture(Size size, std::vector<std::uint8_t> rgb) : m_size(size) {
    checkBytes(size, rgb.size());
    const auto owner = std::make_shared<const std::vector<std::uint8_t>>(std::move(rgb));
    m_rgb = std::shared_ptr<const std::uint8_t>(owner, owner->data());
}

Picture::Picture(Size size, PixelBuffer rgb) : m_size(size) {
    checkBytes(size, rgb.size());
    m_rgb = std::move(rgb).share();
}

Picture Picture::cropped(PixelRect rect) const {
    const PixelRect inside = clipped(rect, m_size);
    if (inside.empty())
        throw Error(ErrorKind::BadInput, "region " + std::to_string(rect.width) + "x" + std::to_string(rect.height) +
                                             " at " + std::to_string(rect.x) + "," + std::to_string(rect.y) +
                                             " lies outside the picture of " + std::to_string(m_size.width) + "x" +
                                             std::to_string(m_size.height));
    const std::size_t rowBytes = static_cast<std::size_t>(inside.width) * 3;
    PixelBuffer rgb(rowBytes * static_cast<std::size_t>(inside.height));
    std::uint8_t* out = rgb.data();
    for (int y = inside.y; y < inside.bottom(); ++y, out += rowBytes)
        std::memcpy(out, row(y) + inside.x * 3, rowBytes);
    return Picture({inside.width, inside.height}, std::move(rgb));
}

} // namespace prunescope
