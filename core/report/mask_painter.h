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

/// Brightness of a pixel (Rec. 601).
inline int lumaOf(int red, int green, int blue) {
    return (77 * red + 150 * green + 29 * blue) >> 8;
}
/// The same of three bytes RGB.
inline int lumaOf(const std::uint8_t* rgb) {
    return lumaOf(rgb[0], rgb[1], rgb[2]);
}

/// Makes pixels look dropped. Safe from any thread.
class Dimmer {
public:
    explicit Dimmer(const MaskStyle& style = {});
    /// `rgb` and `out` are three bytes.
    void pixel(const std::uint8_t* rgb, std::uint8_t* out) const;
    /// The same of `count` pixels of 0xffRRGGBB, as windows have them.
    void pixels(const std::uint32_t* from, std::uint32_t* to, std::size_t count) const;

private:
    int channel(int c, int value, int luma) const;
    std::uint32_t pixel(std::uint32_t from) const;
    bool fitsIn16Bits() const;

    // In 8-bit fixed point.
    int m_colour;
    int m_grey;
    int m_base[3]; ///< with the half that rounds
};

/// The picture with the dropped blocks of `mask` dimmed; `mask` lies on the resized picture, so block edges are scaled
/// to `picture` (the original or the resized one).
Picture paintMask(const Picture& picture, const KeepMask& mask, const MaskStyle& style = {});

} // namespace prunescope
