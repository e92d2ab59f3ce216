#include "core/resize/filter_taps.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace prunescope {

namespace {

constexpr double kCubic = -0.5; // Keys' a; the non-antialiased bicubic elsewhere uses -0.75
constexpr int kCubicRadius = 2;
constexpr int kMaxPrecision = 22;

double cubic(double x) {
    x = std::abs(x);
    if (x < 1)
        return ((kCubic + 2) * x - (kCubic + 3)) * x * x + 1;
    if (x < 2)
        return (((x - 5) * x + 8) * x - 4) * kCubic;
    return 0;
}

/// Largest precision at which no weight leaves 16 bits.
int weightPrecision(double largest) {
    int precision = 0;
    while (precision < kMaxPrecision - 1 && static_cast<int>(0.5 + largest * (1 << (precision + 1))) < (1 << 15))
        ++precision;
    return precision;
}

std::int16_t toFixed(double weight, int precision) {
    const double scaled = weight * (1 << precision);
    return static_cast<std::int16_t>(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
}

FilterTaps identityTaps(int size) {
    FilterTaps taps;
    taps.first.resize(static_cast<std::size_t>(size));
    std::iota(taps.first.begin(), taps.first.end(), 0);
    taps.count.assign(taps.first.size(), 1);
    taps.weights.assign(taps.first.size(), 1);
    taps.width = 1;
    return taps;
}

/// The kernel around one output's centre, in input samples.
struct Window {
    double center;
    double filter; // how much wider the kernel is than between equal sizes
    int first;
    int last;
};

Window windowOf(int output, int in, double scale) {
    const double filter = std::max(scale, 1.0); // antialiasing: the kernel grows when shrinking
    const double center = scale * (output + 0.5), support = kCubicRadius * filter;
    return {center, filter, std::max(static_cast<int>(center - support + 0.5), 0),
            std::min(static_cast<int>(center + support + 0.5), in)};
}

/// Writes the window's weights, which sum up to 1; returns the largest.
double exactWeights(const Window& window, double* weights) {
    const int count = window.last - window.first;
    double sum = 0, largest = 0;
    for (int j = 0; j < count; ++j)
        sum += weights[j] = cubic((j + window.first - window.center + 0.5) * (1.0 / window.filter));
    for (int j = 0; j < count; ++j)
        largest = std::max(largest, weights[j] /= sum);
    return largest;
}

} // namespace

FilterTaps makeTaps(int in, int out) {
    if (in == out)
        return identityTaps(out);
    const double scale = static_cast<double>(in) / out;
    FilterTaps taps;
    taps.width = static_cast<int>(std::ceil(kCubicRadius * std::max(scale, 1.0))) * 2 + 1;
    std::vector<double> exact(static_cast<std::size_t>(out) * static_cast<std::size_t>(taps.width), 0.0);
    double largest = 0;
    for (int i = 0; i < out; ++i) {
        const Window window = windowOf(i, in, scale);
        double* weights = exact.data() + static_cast<std::size_t>(i) * static_cast<std::size_t>(taps.width);
        largest = std::max(largest, exactWeights(window, weights));
        taps.first.push_back(window.first);
        taps.count.push_back(window.last - window.first);
    }
    taps.precision = weightPrecision(largest);
    taps.weights.resize(exact.size());
    std::transform(exact.begin(), exact.end(), taps.weights.begin(),
                   [&](double weight) { return toFixed(weight, taps.precision); });
    return taps;
}

} // namespace prunescope
