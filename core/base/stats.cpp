#include "core/base/stats.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace prunescope {

double median(std::vector<double> values) {
    check(!values.empty(), "the median of nothing");
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

double percentile(std::vector<double> values, double share) {
    check(!values.empty(), "a percentile of nothing");
    std::sort(values.begin(), values.end());
    const double rank = std::ceil(share * static_cast<double>(values.size())) - 1;
    return values[static_cast<std::size_t>(std::max(0.0, rank))];
}

} // namespace prunescope
