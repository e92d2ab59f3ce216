#include "core/image/on_white.h"

#include "core/image/orientation.h"

#include <algorithm>

namespace prunescope {

namespace {

constexpr int kOpaque = 255;

bool hasTransparency(const PixelBuffer& rgba) {
    std::uint8_t all = kOpaque;
    for (std::size_t i = 3; i < rgba.size(); i += 4)
        all &= rgba.data()[i];
    return all != kOpaque;
}

/// Rounded, as Pillow's paste and alpha_composite do.
std::uint8_t onWhite(int value, int alpha) {
    return static_cast<std::uint8_t>((value * alpha + kOpaque / 2) / kOpaque + kOpaque - alpha);
}

template <typename Value>
PixelBuffer rgbOf(const PixelBuffer& rgba, Value value) {
    PixelBuffer rgb(rgba.size() / 4 * 3);
    std::uint8_t* out = rgb.data();
    for (const std::uint8_t* pixel = rgba.data(); pixel != rgba.data() + rgba.size(); pixel += 4, out += 3)
        for (int channel = 0; channel < 3; ++channel)
            out[channel] = value(pixel[channel], pixel[3]);
    return rgb;
}

PixelBuffer rgbOnWhite(const PixelBuffer& rgba) {
    return rgbOf(rgba, [](std::uint8_t value, std::uint8_t alpha) { return onWhite(value, alpha); });
}

PixelBuffer withoutAlpha(const PixelBuffer& rgba) {
    return rgbOf(rgba, [](std::uint8_t value, std::uint8_t) { return value; });
}

} // namespace

LoadedImage uprightOnWhite(DecodedPixels pixels) {
    ImageNotes notes{false, pixels.frames};
    if (pixels.channels == 4) {
        notes.onWhite = hasTransparency(pixels.samples);
        pixels.samples = notes.onWhite ? rgbOnWhite(pixels.samples) : withoutAlpha(pixels.samples);
    }
    return {turnedUpright(Picture(pixels.size, std::move(pixels.samples)), pixels.orientation), notes};
}

} // namespace prunescope
