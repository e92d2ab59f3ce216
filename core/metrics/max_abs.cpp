#include "core/metrics/block_rows.h"
#include "core/metrics/metric.h"

#include <algorithm>
#include <cmath>

namespace prunescope {

namespace {

// Slack: a tau meant as k/255 stays inclusive in spite of double rounding (pixelprune spec 4).
std::uint32_t bound(double tau) {
    return static_cast<std::uint32_t>(std::floor(255.0 * tau + 1e-6));
}

std::uint32_t rowDistance(const std::uint8_t* a, const std::uint8_t* b, std::uint32_t sofar) {
    std::uint8_t largest = 0;
    for (int x = 0; x < kBlockRowBytes; ++x) {
        const std::uint8_t high = std::max(a[x], b[x]);
        const std::uint8_t low = std::min(a[x], b[x]);
        largest = std::max(largest, static_cast<std::uint8_t>(high - low));
    }
    return std::max<std::uint32_t>(sofar, largest);
}

} // namespace

MetricEntry maxMetric() {
    return {"max", "Largest difference of any sample", bound, distanceOf<rowDistance>, withinOf<rowDistance>};
}

} // namespace prunescope
