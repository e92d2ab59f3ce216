#pragma once

#include <vector>

namespace prunescope {

/// Middle value, or the mean of the two in the middle. `values` must not be empty.
double median(std::vector<double> values);
/// Smallest value that `share` (0 to 1) of all do not exceed. `values` must not be empty.
double percentile(std::vector<double> values, double share);

} // namespace prunescope
