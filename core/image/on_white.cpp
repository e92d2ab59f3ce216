#include "core/image/on_white.h"

#include "core/image/orientation.h"

#include <tuple>
#include <utility>

namespace prunescope {

namespace {

constexpr int kOpaque = 255;

std::uint8_t onBlack(int value, int alpha) {
    return static_cast<std::uint8_t>((value * alpha + kOpaque / 2) / kOpaque);
}

/// Rounded, as Pillow's paste and alpha_composite do.
std::uint8_t onWhite(int value, int alpha) {
    return static_cast<std::uint8_t>(onBlack(value, alpha) + kOpaque - alpha);
}

std::uint8_t alone(std::uint8_t value, std::uint8_t) {
    return value;
}

bool isOpaque(const PixelBuffer& rgba) {
    std::uint8_t all = kOpaque;
    for (std::size_t i = 3; i < rgba.size(); i += 4)
        all &= rgba.data()[i];
    return all == kOpaque;
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

/// The second tells whether that changed any colour.
std::pair<PixelBuffer, bool> rgbOnWhite(const PixelBuffer& rgba) {
    if (isOpaque(rgba)) // the usual screenshot: a third of the time
        return {rgbOf(rgba, alone), false};
    int changed = 0;
    PixelBuffer rgb = rgbOf(rgba, [&changed](std::uint8_t value, std::uint8_t alpha) {
        const std::uint8_t seen = onWhite(value, alpha);
        changed |= seen ^ value;
        return seen;
    });
    return {std::move(rgb), changed != 0};
}

} // namespace

LoadedImage uprightOnWhite(DecodedPixels pixels) {
    ImageNotes notes{false, pixels.frames};
    if (pixels.channels == 4)
        std::tie(pixels.samples, notes.onWhite) = rgbOnWhite(pixels.samples);
    return {turnedUpright(Picture(pixels.size, std::move(pixels.samples)), pixels.orientation), notes};
}

Picture uprightOnBlack(DecodedPixels pixels) {
    if (pixels.channels == 4)
        pixels.samples = isOpaque(pixels.samples) ? rgbOf(pixels.samples, alone) : rgbOf(pixels.samples, onBlack);
    return turnedUpright(Picture(pixels.size, std::move(pixels.samples)), pixels.orientation);
}

} // namespace prunescope
