#include "core/report/mask_painter.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace prunescope {

namespace {

/// MaskStyle in 8-bit fixed point.
struct FixedStyle {
    explicit FixedStyle(const MaskStyle& style)
        : colour(toFixed(style.saturation * style.brightness * (1 - style.tintShare))),
          grey(toFixed((1 - style.saturation) * style.brightness * (1 - style.tintShare))) {
        for (int c = 0; c < 3; ++c)
            base[c] = toFixed(style.tint[c] * style.tintShare) + 128;
    }
    static int toFixed(double value) { return static_cast<int>(std::lround(value * 256)); }

    void apply(const std::uint8_t* rgb, std::uint8_t* out) const {
        const int luma = lumaOf(rgb);
        for (int c = 0; c < 3; ++c)
            out[c] = static_cast<std::uint8_t>(channel(c, rgb[c], luma));
    }
    int channel(int c, int value, int luma) const {
        return std::clamp((value * colour + luma * grey + base[c]) >> 8, 0, 255);
    }

    int colour;
    int grey;
    int base[3];
};

/// Edges of `count` blocks on a side of `lengthPx` pixels.
std::vector<int> edges(int count, int lengthPx) {
    std::vector<int> at(static_cast<std::size_t>(count) + 1);
    for (int i = 0; i <= count; ++i)
        at[static_cast<std::size_t>(i)] = static_cast<int>(std::lround(static_cast<double>(i) * lengthPx / count));
    return at;
}

} // namespace

void dimPixel(const std::uint8_t* rgb, std::uint8_t* out, const MaskStyle& style) {
    FixedStyle(style).apply(rgb, out);
}

void dimPixels(const std::uint32_t* from, std::uint32_t* to, std::size_t count, const MaskStyle& style) {
    const FixedStyle fixed(style);
    for (std::size_t i = 0; i < count; ++i) {
        const int red = from[i] >> 16 & 0xff, green = from[i] >> 8 & 0xff, blue = from[i] & 0xff;
        const int luma = lumaOf(red, green, blue);
        const int dim =
            fixed.channel(0, red, luma) << 16 | fixed.channel(1, green, luma) << 8 | fixed.channel(2, blue, luma);
        to[i] = 0xff000000u | static_cast<std::uint32_t>(dim);
    }
}

Picture paintMask(const Picture& picture, const KeepMask& mask, const MaskStyle& style) {
    const BlockGrid grid = mask.grid();
    check(grid.count() > 0 && !picture.empty(), "a mask is painted on a picture");
    const FixedStyle fixed(style);
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
                fixed.apply(out + x * 3, out + x * 3);
        }
    }
    return Picture(picture.size(), std::move(rgb));
}

} // namespace prunescope
