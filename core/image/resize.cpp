#include "core/image/resize.h"

#include "core/base/error.h"
#include "core/blocks/block_grid.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace prunescope {

namespace {

constexpr double kCubic = -0.5; // Keys' a; the non-antialiased bicubic elsewhere uses -0.75
constexpr int kCubicRadius = 2;
constexpr int kMaxPrecision = 22;

double cubic(double x) {
    x = std::abs(x);
    if (x < 1)
        return ((kCubic + 2) * x - (kCubic + 3)) * x * x + 1;
    if (x < 2)
        return (((x - 5) * x + 8) * x - 4) * kCubic;
    return 0;
}

/// Fixed-point taps of one axis: output i is the sum of weights[i*width ..] over inputs first[i] ..
/// first[i]+count[i]-1.
struct AxisTaps {
    std::vector<int> first;
    std::vector<int> count;
    std::vector<std::int16_t> weights;
    int width = 0; // taps stored per output
    int precision = 0;

    const std::int16_t* of(int i) const {
        return weights.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(width);
    }
};

/// Largest precision at which no weight leaves 16 bits.
int weightPrecision(double largest) {
    int precision = 0;
    while (precision < kMaxPrecision - 1 && static_cast<int>(0.5 + largest * (1 << (precision + 1))) < (1 << 15))
        ++precision;
    return precision;
}

AxisTaps makeTaps(int in, int out) {
    const double scale = static_cast<double>(in) / out;
    const double filter = std::max(scale, 1.0); // antialiasing: the kernel grows when shrinking
    const double support = kCubicRadius * filter;
    AxisTaps taps;
    taps.width = static_cast<int>(std::ceil(support)) * 2 + 1;
    taps.first.resize(static_cast<std::size_t>(out));
    taps.count.resize(static_cast<std::size_t>(out));
    std::vector<double> exact(static_cast<std::size_t>(out) * static_cast<std::size_t>(taps.width), 0.0);
    double largest = 0;
    for (int i = 0; i < out; ++i) {
        const double center = scale * (i + 0.5);
        const int first = std::max(static_cast<int>(center - support + 0.5), 0);
        const int last = std::min(static_cast<int>(center + support + 0.5), in);
        double* weights = exact.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(taps.width);
        double sum = 0;
        for (int j = first; j < last; ++j)
            sum += weights[j - first] = cubic((j - center + 0.5) * (1.0 / filter));
        for (int j = first; j < last; ++j)
            largest = std::max(largest, weights[j - first] /= sum);
        taps.first[static_cast<std::size_t>(i)] = first;
        taps.count[static_cast<std::size_t>(i)] = last - first;
    }
    taps.precision = weightPrecision(largest);
    taps.weights.resize(exact.size());
    std::transform(exact.begin(), exact.end(), taps.weights.begin(), [&](double weight) {
        const double scaled = weight * (1 << taps.precision);
        return static_cast<std::int16_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    });
    return taps;
}

std::uint8_t toByte(std::int32_t sum, int precision) {
    return static_cast<std::uint8_t>(std::clamp(sum >> precision, 0, 255));
}

Picture resizeHorizontally(const Picture& picture, int width) {
    const AxisTaps taps = makeTaps(picture.width(), width);
    std::vector<std::uint8_t> rgb(static_cast<std::size_t>(width) * static_cast<std::size_t>(picture.height()) * 3);
    const std::int32_t half = taps.precision > 0 ? 1 << (taps.precision - 1) : 0;
    std::uint8_t* out = rgb.data();
    for (int y = 0; y < picture.height(); ++y) {
        const std::uint8_t* row = picture.row(y);
        for (int x = 0; x < width; ++x, out += 3) {
            const std::uint8_t* in = row + taps.first[static_cast<std::size_t>(x)] * 3;
            const std::int16_t* weights = taps.of(x);
            const int count = taps.count[static_cast<std::size_t>(x)];
            std::int32_t r = half, g = half, b = half;
            for (int j = 0; j < count; ++j, in += 3) {
                r += in[0] * weights[j];
                g += in[1] * weights[j];
                b += in[2] * weights[j];
            }
            out[0] = toByte(r, taps.precision);
            out[1] = toByte(g, taps.precision);
            out[2] = toByte(b, taps.precision);
        }
    }
    return Picture({width, picture.height()}, std::move(rgb));
}

Picture resizeVertically(const Picture& picture, int height) {
    const AxisTaps taps = makeTaps(picture.height(), height);
    const std::size_t stride = picture.strideBytes();
    std::vector<std::uint8_t> rgb(stride * static_cast<std::size_t>(height));
    std::vector<std::int32_t> sums(stride);
    const std::int32_t half = taps.precision > 0 ? 1 << (taps.precision - 1) : 0;
    for (int y = 0; y < height; ++y) {
        std::fill(sums.begin(), sums.end(), half);
        const std::int16_t* weights = taps.of(y);
        for (int j = 0; j < taps.count[static_cast<std::size_t>(y)]; ++j) {
            const std::uint8_t* in = picture.row(taps.first[static_cast<std::size_t>(y)] + j);
            const std::int32_t weight = weights[j];
            for (std::size_t x = 0; x < stride; ++x)
                sums[x] += in[x] * weight;
        }
        std::uint8_t* out = rgb.data() + static_cast<std::size_t>(y) * stride;
        for (std::size_t x = 0; x < stride; ++x)
            out[x] = toByte(sums[x], taps.precision);
    }
    return Picture({picture.width(), height}, std::move(rgb));
}

} // namespace

Size modelSize(Size size, PixelLimits limits) {
    if (size.width <= 0 || size.height <= 0)
        throw Error(ErrorKind::BadInput, "empty picture");
    const double height = size.height, width = size.width;
    if (std::max(height, width) / std::min(height, width) > kMaxAspectRatio)
        throw Error(ErrorKind::BadInput, "picture of " + std::to_string(size.width) + "x" +
                                             std::to_string(size.height) + " has an aspect ratio over 200");
    const double block = kBlockPx;
    // nearbyint rounds half to even, as the reference does.
    double outHeight = std::nearbyint(height / block) * block;
    double outWidth = std::nearbyint(width / block) * block;
    if (outHeight * outWidth > static_cast<double>(limits.maxPixels)) {
        const double beta = std::sqrt(height * width / static_cast<double>(limits.maxPixels));
        outHeight = std::max(block, std::floor(height / beta / block) * block);
        outWidth = std::max(block, std::floor(width / beta / block) * block);
    } else if (outHeight * outWidth < static_cast<double>(limits.minPixels)) {
        const double beta = std::sqrt(static_cast<double>(limits.minPixels) / (height * width));
        outHeight = std::ceil(height * beta / block) * block;
        outWidth = std::ceil(width * beta / block) * block;
    }
    return {static_cast<int>(outWidth), static_cast<int>(outHeight)};
}

Picture resizeBicubic(const Picture& picture, Size size) {
    check(size.width > 0 && size.height > 0 && !picture.empty(), "resize needs positive sizes");
    Picture resized = picture;
    if (size.width != picture.width())
        resized = resizeHorizontally(resized, size.width);
    if (size.height != picture.height())
        resized = resizeVertically(resized, size.height);
    return resized;
}

Picture resizeForModel(const Picture& picture, PixelLimits limits) {
    return resizeBicubic(picture, modelSize(picture.size(), limits));
}

} // namespace prunescope
