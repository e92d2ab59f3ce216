#include "core/metrics/block_rows.h"
#include "core/metrics/metric.h"

#include <cmath>

namespace prunescope {

namespace {

// sum e^2 <= (255 tau)^2 D, with slack for the double value of tau (pixelprune spec 4).
std::uint32_t bound(double tau) {
    const double levels = 255.0 * tau;
    return static_cast<std::uint32_t>(std::floor(levels * levels * kBlockSamples + 1e-3));
}

std::uint32_t rowDistance(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t sofar) {
    std::uint32_t sum = 0;
    for (int x = 0; x < kBlockRowBytes; ++x) {
        const int difference = a[x] - b[x];
        sum += static_cast<std::uint32_t>(difference * difference);
    }
    return sofar + sum;
}

} // namespace

MetricEntry rmseMetric() {
    return {"rmse", "Root of the mean squared difference", bound, distanceOf<rowDistance>, withinOf<rowDistance>};
}

} // namespace prunescope
