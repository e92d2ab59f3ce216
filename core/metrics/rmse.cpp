#include "core/metrics/metric.h"

#include <cmath>

namespace prunescope {

namespace {

// sum e^2 <= (255 tau)^2 D, with slack for the double value of tau (pixelprune spec 4).
std::uint32_t bound(double tau, int samples) {
    const double levels = 255.0 * tau;
    return static_cast<std::uint32_t>(std::floor(levels * levels * samples + 1e-3));
}

} // namespace

MetricEntry rmseMetric() {
    return {"rmse", "Root of the mean squared difference", Reduction::Squares, bound};
}

} // namespace prunescope
