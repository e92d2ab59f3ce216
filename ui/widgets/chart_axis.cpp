#include "ui/widgets/chart_axis.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace prunescope::ui {

namespace {

/// 1, 2 or 5 times a power of ten, not below `value`.
double niceStep(double value) {
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * power >= value * (1 - 1e-9))
            return factor * power;
    return 10 * power;
}

/// The powers of ten in the range, with 2 and 5 between them where those leave too few.
std::vector<double> logTicks(double low, double high, int wanted) {
    const int first = static_cast<int>(std::floor(std::log10(low))),
              last = static_cast<int>(std::ceil(std::log10(high)));
    const int every = std::max(1, (last - first) / std::max(1, wanted));
    const bool between = last - first <= wanted / 2;
    std::vector<double> ticks;
    for (int power = first; power <= last; power += every)
        for (const double factor : {1.0, 2.0, 5.0}) {
            const double tick = factor * std::pow(10.0, power);
            if (tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9) && (between || factor == 1.0))
                ticks.push_back(tick);
        }
    return ticks;
}

std::vector<double> linearTicks(double low, double high, int wanted) {
    const double step = niceStep((high - low) / std::max(1, wanted));
    std::vector<double> ticks;
    for (double i = std::ceil(low / step - 1e-9); i * step <= high + step * 1e-9; ++i)
        ticks.push_back(i * step + 0.0); // never -0
    return ticks;
}

} // namespace

ChartAxis::ChartAxis(double low, double high, bool logarithmic) : m_low(low), m_high(high), m_logarithmic(logarithmic) {
    check(low < high && std::isfinite(high - low) && (!logarithmic || low > 0), "the range of an axis");
}

ChartAxis ChartAxis::around(const std::vector<double>& values, bool logarithmic) {
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (const double value : values)
        if (std::isfinite(value) && (!logarithmic || value > 0)) {
            low = std::min(low, value);
            high = std::max(high, value);
        }
    if (low > high)
        return logarithmic ? ChartAxis(0.1, 1, true) : ChartAxis(0, 1, false);
    if (logarithmic)
        return {low / 1.15, high * 1.15, true};
    const double size = std::max(high - low, std::max(std::abs(high) * 1e-3, 1e-12));
    const double step = niceStep(size / 4);
    const double bottom = std::floor(low / step) * step, top = std::ceil(high / step) * step;
    return {bottom, top > bottom ? top : bottom + step, false};
}

bool ChartAxis::holds(double value) const {
    return std::isfinite(value) && (!m_logarithmic || value > 0);
}

double ChartAxis::share(double value) const {
    if (!m_logarithmic)
        return (value - m_low) / (m_high - m_low);
    return std::log(value / m_low) / std::log(m_high / m_low);
}

double ChartAxis::valueAt(double share) const {
    if (!m_logarithmic)
        return m_low + share * (m_high - m_low);
    return m_low * std::pow(m_high / m_low, share);
}

std::vector<double> ChartAxis::ticks(int wanted) const {
    const std::vector<double> ticks =
        m_logarithmic ? logTicks(m_low, m_high, wanted) : linearTicks(m_low, m_high, wanted);
    return m_logarithmic && ticks.size() < 2 ? linearTicks(m_low, m_high, wanted) : ticks; // within one decade
}

} // namespace prunescope::ui
