#include "core/metrics/metric.h"

#include <cmath>

namespace prunescope {

namespace {

// Slack: a tau meant as k/255 stays inclusive in spite of double rounding (pixelprune spec 4).
std::uint32_t bound(double tau, int) {
    return static_cast<std::uint32_t>(std::floor(255.0 * tau + 1e-6));
}

} // namespace

MetricEntry maxMetric() {
    return {"max", "Largest difference of any sample", Reduction::Max, bound};
}

} // namespace prunescope
