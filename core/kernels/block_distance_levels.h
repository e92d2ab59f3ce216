#pragma once

#include "core/kernels/block_distance.h"

namespace prunescope {

/// The kernels of each instruction set, in the order of Reduction.
extern const DistanceKernel kScalarDistances[kReductions];
extern const DistanceKernel kAvx2Distances[kReductions];
extern const DistanceKernel kAvx512Distances[kReductions];
/// The general way.
extern const AnySideKernel kAnySideDistances[kReductions];

} // namespace prunescope
