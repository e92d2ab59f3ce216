#pragma once

#include "core/image/geometry.h"
#include "core/image/pixel_buffer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace prunescope {

/// 8-bit RGB pixels [height, width, 3], rows packed. Never changes after construction; copies share the pixels, so
/// passing one by value is cheap and safe between threads.
class Picture {
public:
    Picture() = default;
    /// `rgb` holds height*width*3 bytes; anything else throws Error(Internal).
    Picture(Size size, std::vector<std::uint8_t> rgb);
    Picture(Size size, PixelBuffer rgb);
    /// Pixels [height, width, 3] of somebody else, rows packed, that never change while they are shared.
    Picture(Size size, std::shared_ptr<const std::uint8_t> rgb) : m_size(size), m_rgb(std::move(rgb)) {}

    bool empty() const { return m_size.area() == 0; }
    Size size() const { return m_size; }
    int width() const { return m_size.width; }
    int height() const { return m_size.height; }
    std::size_t strideBytes() const { return static_cast<std::size_t>(m_size.width) * 3; }
    std::size_t sizeBytes() const { return strideBytes() * static_cast<std::size_t>(m_size.height); }
    const std::uint8_t* data() const { return m_rgb.get(); }
    const std::uint8_t* row(int y) const { return data() + static_cast<std::size_t>(y) * strideBytes(); }
    /// Whether both have the same pixels in memory (not: equal pixels).
    bool sharesPixelsWith(const Picture& other) const { return m_rgb == other.m_rgb; }

    /// A copy of the part of `rect` that lies inside. Throws Error(BadInput) if none does.
    Picture cropped(PixelRect rect) const;

private:
    Size m_size;
    std::shared_ptr<const std::uint8_t> m_rgb;
};

} // namespace prunescope
