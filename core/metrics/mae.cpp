#include "core/metrics/metric.h"

#include <cmath>

namespace prunescope {

namespace {

// sum |e| <= 255 tau D, with slack for the double value of tau (pixelprune spec 4).
std::uint32_t bound(double tau, int samples) {
    return static_cast<std::uint32_t>(std::floor(255.0 * tau * samples + 1e-3));
}

} // namespace

MetricEntry maeMetric() {
    return {"mae", "Mean absolute difference", Reduction::Sum, bound};
}

} // namespace prunescope
