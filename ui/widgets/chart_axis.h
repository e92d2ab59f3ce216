#pragma once

#include <vector>

namespace prunescope::ui {

/// A range of values on a length of pixels, linear or logarithmic.
class ChartAxis {
public:
    ChartAxis() = default;
    /// `low` < `high`; on a logarithmic axis both above 0. Throws Error(Internal).
    ChartAxis(double low, double high, bool logarithmic);
    /// An axis around these values, with ends that are easy to read. Values that are not finite, or not above 0 on a
    /// logarithmic axis, do not count; without any it is 0..1.
    static ChartAxis around(const std::vector<double>& values, bool logarithmic);

    double low() const { return m_low; }
    double high() const { return m_high; }
    bool isLogarithmic() const { return m_logarithmic; }
    bool holds(double value) const;
    /// 0 at `low`, 1 at `high`.
    double share(double value) const;
    double valueAt(double share) const;
    /// Rising, about `wanted`, at most twice as many: 0, 0.5, 1 or 0.1, 0.2, 0.5, 1.
    std::vector<double> ticks(int wanted) const;

private:
    double m_low = 0;
    double m_high = 1;
    bool m_logarithmic = false;
};

} // namespace prunescope::ui
