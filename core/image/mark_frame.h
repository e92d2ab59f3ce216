#pragma once

#include "core/image/picture.h"

#include <array>
#include <cstdint>

namespace prunescope {

/// Colour of the frame around a part of a picture: the red that models are shown places with. RGB.
inline constexpr std::array<std::uint8_t, 3> kMarkColour{255, 0, 0};

/// Frame around a part of a picture. Outside of the part, so that it hides nothing of it; on its edge where that is the
/// picture's.
struct MarkFrame {
    PixelRect outer; ///< with the line
    int linePx = 0;  ///< its width, which a picture of 16 million pixels still shows after the model's resize

    /// The line's four sides; some are empty where the frame is as thin as its line.
    std::array<PixelRect, 4> sides() const;
};

/// The frame around `region`, clipped to a picture of that size, of which it must be a part.
MarkFrame markFrame(PixelRect region, Size picture);

/// The picture with that frame drawn on it.
Picture framed(const Picture& picture, PixelRect region);

} // namespace prunescope
