#include "core/base/error.h"
#include "core/base/format.h"
#include "core/metrics/metric.h"

#include <array>
#include <cmath>

namespace prunescope {

MetricEntry maxMetric();
MetricEntry maeMetric();
MetricEntry rmseMetric();
MetricEntry exactMetric();

std::span<const MetricEntry> metrics() {
    static const std::array list{maxMetric(), maeMetric(), rmseMetric(), exactMetric()};
    return list;
}

const MetricEntry& findMetric(std::string_view name) {
    std::vector<std::string> names;
    for (const MetricEntry& entry : metrics()) {
        if (entry.name == name)
            return entry;
        names.emplace_back(entry.name);
    }
    throw Error(ErrorKind::Usage, "metric '" + std::string(name) + "' is unknown, expected one of " + join(names));
}

double inSampleUnits(Reduction reduction, std::uint32_t raw, int samples) {
    switch (reduction) {
    case Reduction::Sum:
        return raw / (255.0 * samples);
    case Reduction::Squares:
        return std::sqrt(raw / static_cast<double>(samples)) / 255.0;
    case Reduction::Max:
        break;
    }
    return raw / 255.0;
}

} // namespace prunescope
