#pragma once

#include <ATen/ATen.h>

namespace prunescope::model {

/// What this machine reaches at best, measured now: the yardstick beside every time of a bench.
struct MachineRates {
    double flopsPerSecond = 0; ///< plain matrix product in the model's type
    double bytesPerSecond = 0; ///< large copy, bytes read plus bytes written
};

/// Best of several; takes about a second.
MachineRates measureRates(at::Device device, at::ScalarType dtype);

} // namespace prunescope::model
