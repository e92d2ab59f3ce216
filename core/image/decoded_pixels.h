#pragma once

#include "core/image/geometry.h"
#include "core/image/pixel_buffer.h"

#include <cstddef>
#include <utility>

namespace prunescope {

/// Pixels of the first frame of a file: 8-bit RGB, or RGBA with colours that are not multiplied by alpha
/// [height, width, channels], rows packed, as they are stored (not turned yet).
struct DecodedPixels {
    DecodedPixels() = default;
    DecodedPixels(Size pixels, int perPixel)
        : size(pixels), channels(perPixel),
          samples(static_cast<std::size_t>(pixels.area()) * static_cast<std::size_t>(perPixel)) {}

    std::uint8_t* row(int y) { return samples.data() + static_cast<std::size_t>(y) * strideBytes(); }
    std::size_t strideBytes() const {
        return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels);
    }

    Size size;
    int channels = 3; ///< 3 or 4
    PixelBuffer samples;
    int frames = 1;      ///< in the file
    int orientation = 1; ///< 1 to 8 as EXIF numbers them
};

} // namespace prunescope
