#pragma once

#include "core/blocks/keep_mask.h"
#include "core/image/picture.h"

namespace prunescope {

/// Look of dropped blocks: one rule for the window, the command line and reports.
struct MaskStyle {
    double saturation = 0.25; ///< of dropped blocks, 1 = unchanged
    double brightness = 0.38; ///< of dropped blocks, 1 = unchanged
    std::uint8_t tint[3] = {86, 96, 122};
    double tintShare = 0.55; ///< 0 = no tint
};

/// Brightness of a pixel, three bytes RGB (Rec. 601).
inline int lumaOf(const std::uint8_t* rgb) {
    return (77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2]) >> 8;
}

/// A dropped pixel under `style`; `rgb` and `out` are three bytes.
void dimPixel(const std::uint8_t* rgb, std::uint8_t* out, const MaskStyle& style);

/// The same of `count` pixels of 0xffRRGGBB, as windows have them.
void dimPixels(const std::uint32_t* from, std::uint32_t* to, std::size_t count, const MaskStyle& style = {});

/// The picture with the dropped blocks of `mask` dimmed; `mask` lies on the resized picture, so block edges are scaled
/// to `picture` (the original or the resized one).
Picture paintMask(const Picture& picture, const KeepMask& mask, const MaskStyle& style = {});

} // namespace prunescope
