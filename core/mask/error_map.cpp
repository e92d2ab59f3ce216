#include "core/mask/error_map.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/image/resize.h"
#include "core/kernels/block_distance.h"
#include "core/mask/mask_painter.h"
#include "core/metrics/metric.h"
#include "core/pruning/decoder.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace prunescope {

namespace {

constexpr double kPictureShare = 0.35; // of the picture's luma under the colours
constexpr double kHeatShare = 0.75;

void paintBlock(const PixelBlocks& blocks, int index, double share, std::uint8_t* rgb) {
    const std::array<std::uint8_t, 3> colour = heatColour(share);
    const double heat = share > 0 ? kHeatShare : 0;
    const auto ofPicture = static_cast<int>(std::lround(256 * (1 - heat) * kPictureShare));
    std::array<int, 3> ofColour{};
    for (std::size_t c = 0; c < 3; ++c)
        ofColour[c] = static_cast<int>(std::lround(256 * heat * colour[c])) + 128;
    const std::size_t stride = blocks.strideBytes();
    const std::uint8_t* in = blocks.block(index);
    std::uint8_t* out = rgb + (in - blocks.picture().data());
    for (int y = 0; y < kBlockPx; ++y, in += stride, out += stride)
        for (std::size_t x = 0; x < kBlockPx * 3; x += 3) {
            const int grey = ofPicture * lumaOf(in + x);
            for (std::size_t c = 0; c < 3; ++c)
                out[x + c] = static_cast<std::uint8_t>((ofColour[c] + grey) >> 8);
        }
}

} // namespace

ErrorMap errorMap(const PixelBlocks& truth, const PixelBlocks& restored, std::string_view metric) {
    check(truth.grid() == restored.grid(), "pictures of one size are compared");
    const Reduction reduction = findMetric(metric).reduction;
    const DistanceKernel distance = distanceKernel(reduction);
    ErrorMap map{truth.grid(), std::vector<double>(static_cast<std::size_t>(truth.grid().count())), 0};
    parallelRanges(truth.grid().count(), 512, [&](int first, int last) {
        for (int i = first; i < last; ++i) {
            const std::uint32_t raw = distance(truth.block(i), restored.block(i), truth.strideBytes(),
                                               std::numeric_limits<std::uint32_t>::max());
            map.errors[static_cast<std::size_t>(i)] = inSampleUnits(reduction, raw);
        }
    });
    map.worst = *std::max_element(map.errors.begin(), map.errors.end());
    return map;
}

Reconstruction reconstructWithErrors(const PixelBlocks& blocks, const PixelBlocks& shown, const KeepMask& mask,
                                     const MethodSettings& settings) {
    const Picture restored = resizeBicubic(reconstruct(shown, mask, settings), blocks.picture().size());
    const auto [bound, anchored] = similarityOf(settings);
    return {restored, errorMap(blocks, PixelBlocks(restored), settings.value(kMetric)),
            settings.entry().decode && (anchored || bound == 0)};
}

std::array<std::uint8_t, 3> heatColour(double share) {
    // Light grows evenly along these, so that the order survives print and colour blindness.
    constexpr std::array<std::array<double, 3>, 6> kStops{
        {{20, 14, 54}, {87, 16, 110}, {158, 41, 99}, {221, 81, 58}, {249, 153, 22}, {252, 245, 160}}};
    const double at = std::clamp(share, 0.0, 1.0) * (kStops.size() - 1);
    const std::size_t low = std::min(static_cast<std::size_t>(at), kStops.size() - 2);
    std::array<std::uint8_t, 3> colour{};
    for (std::size_t c = 0; c < 3; ++c)
        colour[c] = static_cast<std::uint8_t>(
            std::lround(std::lerp(kStops[low][c], kStops[low + 1][c], at - static_cast<double>(low))));
    return colour;
}

Picture paintErrors(const PixelBlocks& blocks, const ErrorMap& errors, double fullScale) {
    check(errors.grid == blocks.grid(), "errors are painted on their picture");
    PixelBuffer rgb(blocks.picture().sizeBytes());
    parallelRanges(blocks.grid().count(), 512, [&](int first, int last) {
        for (int i = first; i < last; ++i) {
            const double error = errors.errors[static_cast<std::size_t>(i)];
            paintBlock(blocks, i, fullScale > 0 ? error / fullScale : 0, rgb.data());
        }
    });
    return Picture(blocks.picture().size(), std::move(rgb));
}

} // namespace prunescope
