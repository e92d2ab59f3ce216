#pragma once

#include <ATen/ATen.h>

namespace prunescope::model {

/// Rates that this machine reaches at best, measured now: the yardstick beside every time of a benchmark.
struct MachineRates {
    double flopsPerSecond = 0; ///< plain matrix product in the model's type
    double bytesPerSecond = 0; ///< large copy, bytes read plus bytes written
};

/// Measures the rates, the best of several runs each; takes about a second.
MachineRates measureRates(at::Device device, at::ScalarType dtype);

} // namespace prunescope::model
