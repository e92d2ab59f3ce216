#include "core/metrics/block_rows.h"
#include "core/metrics/metric.h"

#include <cmath>
#include <cstdlib>

namespace prunescope {

namespace {

// sum |e| <= 255 tau D, with slack for the double value of tau (pixelprune spec 4).
std::uint32_t bound(double tau) {
    return static_cast<std::uint32_t>(std::floor(255.0 * tau * kBlockSamples + 1e-3));
}

std::uint32_t rowDistance(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t sofar) {
    std::uint32_t sum = 0;
    for (int x = 0; x < kBlockRowBytes; ++x)
        sum += static_cast<std::uint32_t>(std::abs(a[x] - b[x]));
    return sofar + sum;
}

} // namespace

MetricEntry maeMetric() {
    return {"mae", "Mean absolute difference", bound, distanceOf<rowDistance>, withinOf<rowDistance>};
}

} // namespace prunescope
