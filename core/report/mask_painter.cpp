#include "core/report/mask_painter.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

namespace prunescope {

namespace {

using Words = std::uint32_t __attribute__((vector_size(16)));  ///< four pixels
using Halves = std::uint16_t __attribute__((vector_size(16))); ///< low and high half of each

Halves inBoth(int value) {
    return Halves{} + static_cast<std::uint16_t>(value);
}

Halves inTurn(int low, int high) {
    const auto a = static_cast<std::uint16_t>(low), b = static_cast<std::uint16_t>(high);
    return Halves{a, b, a, b, a, b, a, b};
}

int toFixed(double value) {
    return static_cast<int>(std::lround(value * 256));
}

/// Edges of `count` blocks on a side of `lengthPx` pixels.
std::vector<int> edges(int count, int lengthPx) {
    std::vector<int> at(static_cast<std::size_t>(count) + 1);
    for (int i = 0; i <= count; ++i)
        at[static_cast<std::size_t>(i)] = static_cast<int>(std::lround(static_cast<double>(i) * lengthPx / count));
    return at;
}

} // namespace

Dimmer::Dimmer(const MaskStyle& style)
    : m_colour(toFixed(style.saturation * style.brightness * (1 - style.tintShare))),
      m_grey(toFixed((1 - style.saturation) * style.brightness * (1 - style.tintShare))) {
    for (int c = 0; c < 3; ++c)
        m_base[c] = toFixed(style.tint[c] * style.tintShare) + 128;
}

int Dimmer::channel(int c, int value, int luma) const {
    return std::clamp((value * m_colour + luma * m_grey + m_base[c]) >> 8, 0, 255);
}

void Dimmer::pixel(const std::uint8_t* rgb, std::uint8_t* out) const {
    const int luma = lumaOf(rgb);
    for (int c = 0; c < 3; ++c)
        out[c] = static_cast<std::uint8_t>(channel(c, rgb[c], luma));
}

std::uint32_t Dimmer::pixel(std::uint32_t from) const {
    const int red = from >> 16 & 0xff, green = from >> 8 & 0xff, blue = from & 0xff;
    const int luma = lumaOf(red, green, blue);
    return 0xff000000u | static_cast<std::uint32_t>(channel(0, red, luma) << 16 | channel(1, green, luma) << 8 |
                                                    channel(2, blue, luma));
}

bool Dimmer::fitsIn16Bits() const {
    return m_colour >= 0 && m_grey >= 0 && 255 * (m_colour + m_grey) + *std::ranges::max_element(m_base) < 1 << 16;
}

void Dimmer::pixels(const std::uint32_t* from, std::uint32_t* to, std::size_t count) const {
    std::size_t done = 0;
    const Halves colour = inBoth(m_colour), grey = inBoth(m_grey), base = inTurn(m_base[2], m_base[0]);
    for (const bool fits = fitsIn16Bits(); fits && done + 4 <= count; done += 4) {
        Words pixels;
        std::memcpy(&pixels, from + done, sizeof pixels);
        const Words redBlue = pixels & 0x00ff00ff, green = pixels >> 8 & 0xff;
        const auto shares = (Words)((Halves)redBlue * inTurn(29, 77));
        const Words luma = ((shares & 0xffff) + (shares >> 16) + (Words)((Halves)green * inBoth(150))) >> 8;
        const Halves greys = (Halves)(luma | luma << 16) * grey;
        const auto dimRedBlue = (Words)(((Halves)redBlue * colour + greys + base) >> 8);
        const auto dimGreen = (Words)(((Halves)green * colour + greys + inBoth(m_base[1])) >> 8);
        pixels = 0xff000000 | dimRedBlue | (dimGreen & 0xff) << 8;
        std::memcpy(to + done, &pixels, sizeof pixels);
    }
    for (; done < count; ++done)
        to[done] = pixel(from[done]);
}

Picture paintMask(const Picture& picture, const KeepMask& mask, const MaskStyle& style) {
    const BlockGrid grid = mask.grid();
    check(grid.count() > 0 && !picture.empty(), "a mask is painted on a picture");
    const Dimmer dimmer(style);
    const std::vector<int> xs = edges(grid.cols, picture.width());
    const std::vector<int> ys = edges(grid.rows, picture.height());
    std::vector<std::uint8_t> rgb(picture.data(), picture.data() + picture.sizeBytes());
    for (int i = 0; i < grid.count(); ++i) {
        if (mask.kept(i))
            continue;
        const auto col = static_cast<std::size_t>(grid.col(i)), row = static_cast<std::size_t>(grid.row(i));
        for (int y = ys[row]; y < ys[row + 1]; ++y) {
            std::uint8_t* out = rgb.data() + static_cast<std::size_t>(y) * picture.strideBytes();
            for (int x = xs[col]; x < xs[col + 1]; ++x)
                dimmer.pixel(out + x * 3, out + x * 3);
        }
    }
    return Picture(picture.size(), std::move(rgb));
}

} // namespace prunescope
