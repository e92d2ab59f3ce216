#include "ui/widgets/tau_scale.h"

#include "core/metrics/metric.h"
#include "ui/style/format.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <iterator>

namespace prunescope::ui {

namespace {

/// Largest difference of any sample that counts as the same; how many there are does not matter.
std::uint32_t levelOf(double tau) {
    return findMetric("max").bound(tau, 1);
}

} // namespace

double positionOfTau(double tau) {
    constexpr int kSpans = static_cast<int>(std::size(kTauMarks)) - 1;
    tau = std::clamp(tau, 0.0, kLargestTauOnSlider);
    for (int i = 0; i < kSpans; ++i)
        if (tau <= kTauMarks[i + 1])
            return (i + (tau - kTauMarks[i]) / (kTauMarks[i + 1] - kTauMarks[i])) / kSpans;
    return 1;
}

double tauOfLevel(int level) {
    const double low = level / 255.0, high = (level + 1) / 255.0;
    for (const double unit : {0.1, 0.05, 0.01, 0.005}) {
        const double rounded = std::ceil(low / unit - 1e-9) * unit;
        if (rounded < high)
            return rounded;
    }
    return std::ceil(low * 1000 - 1e-9) / 1000;
}

std::vector<double> tauStops(std::string_view metric) {
    std::vector<double> stops;
    if (metric == "max") {
        const int last = static_cast<int>(levelOf(kLargestTauOnSlider));
        for (int level = 0; level <= last; ++level)
            stops.push_back(tauOfLevel(level));
        return stops;
    }
    constexpr int kFineSteps = 100; // of 0.0005, up to 0.05; beyond, steps of 0.002
    for (int i = 0; i <= kFineSteps; ++i)
        stops.push_back(i / 2000.0);
    for (int i = 26; i <= 100; ++i)
        stops.push_back(i / 500.0);
    return stops;
}

QString levelsText(double tau, std::string_view metric) {
    if (metric != "max")
        return QCoreApplication::translate("tau", "%1 levels").arg(fixedText(255 * tau, 1));
    return counted(levelOf(tau), QCoreApplication::translate("tau", "%1 level"),
                   QCoreApplication::translate("tau", "%1 levels"));
}

} // namespace prunescope::ui
