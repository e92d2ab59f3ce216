#include "core/base/stats.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

namespace prunescope {

namespace {

constexpr double kZ = 1.959963984540054;       // 97.5 % of a normal distribution lie below
constexpr double kPowerZ = 0.8416212335729143; // 80 % of it
constexpr std::uint64_t kBootstrapSeed = 20260601;
constexpr std::int64_t kMostResamples = 10'000, kFewestResamples = 1'000;
constexpr std::int64_t kMostDraws = 12'000'000; // some hundredths of a second

/// A number of [0, count), the same on every machine: the library's own distributions are not.
std::size_t drawn(std::mt19937& random, std::size_t count) {
    return static_cast<std::size_t>((std::uint64_t{random()} * count) >> 32);
}

double resampledMean(std::span<const Cluster> clusters, std::mt19937& random) {
    Cluster all;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
        const Cluster& cluster = clusters[drawn(random, clusters.size())];
        all.sum += cluster.sum;
        all.count += cluster.count;
    }
    return all.count == 0 ? 0 : all.sum / static_cast<double>(all.count);
}

} // namespace

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

Interval wilsonInterval(std::int64_t hits, std::int64_t trials) {
    if (trials == 0)
        return {0, 1};
    const double n = static_cast<double>(trials);
    const double share = static_cast<double>(hits) / n;
    const double centre = share + kZ * kZ / (2 * n);
    const double spread = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
    const double scale = 1 + kZ * kZ / n;
    return {std::max(0.0, (centre - spread) / scale), std::min(1.0, (centre + spread) / scale)};
}

double mcnemarExact(std::int64_t onlyFirst, std::int64_t onlySecond) {
    const std::int64_t n = onlyFirst + onlySecond;
    const double half = static_cast<double>(n) * std::log(2.0); // in logarithms: 2^-n underflows
    double logTerm = -half;                                     // of C(n, i) / 2^n
    double tail = 0;
    for (std::int64_t i = 0; i <= std::min(onlyFirst, onlySecond); ++i) {
        tail += std::exp(logTerm);
        logTerm += std::log(static_cast<double>(n - i) / static_cast<double>(i + 1));
    }
    return std::min(1.0, 2 * tail);
}

Interval pairedDifference(std::int64_t onlyFirst, std::int64_t onlySecond, std::int64_t questions) {
    if (questions == 0)
        return {-1, 1};
    // Half a question is added to each of the four cases, so that the interval has a width where nothing differs.
    const double n = static_cast<double>(questions) + 2;
    const double differing = static_cast<double>(onlyFirst + onlySecond) + 1;
    const double gain = static_cast<double>(onlySecond - onlyFirst);
    const double spread = kZ * std::sqrt(differing - gain * gain / n) / n;
    return {std::max(-1.0, gain / n - spread), std::min(1.0, gain / n + spread)};
}

double clusterMean(std::span<const Cluster> clusters) {
    Cluster all;
    for (const Cluster& cluster : clusters)
        all = {all.sum + cluster.sum, all.count + cluster.count};
    return all.count == 0 ? 0 : all.sum / static_cast<double>(all.count);
}

Interval clusterBootstrap(std::span<const Cluster> clusters) {
    if (clusters.size() < 2)
        return {clusterMean(clusters), clusterMean(clusters)};
    const auto draws = static_cast<std::int64_t>(clusters.size());
    std::vector<double> means(
        static_cast<std::size_t>(std::clamp(kMostDraws / draws, kFewestResamples, kMostResamples)));
    std::mt19937 random(static_cast<std::mt19937::result_type>(kBootstrapSeed));
    for (double& mean : means)
        mean = resampledMean(clusters, random);
    std::sort(means.begin(), means.end());
    const auto at = [&](double share) {
        return means[static_cast<std::size_t>(std::lround(share * static_cast<double>(means.size() - 1)))];
    };
    return {at(0.025), at(0.975)};
}

double clusterError(std::span<const Cluster> clusters) {
    const auto number = static_cast<double>(clusters.size());
    if (clusters.size() < 2)
        return 0;
    const double mean = clusterMean(clusters);
    double squares = 0, values = 0;
    for (const Cluster& cluster : clusters) {
        const double off = cluster.sum - mean * static_cast<double>(cluster.count);
        squares += off * off;
        values += static_cast<double>(cluster.count);
    }
    return values == 0 ? 0 : std::sqrt(squares * number / (number - 1)) / values;
}

double visibleDifference(double standardError) {
    return (kZ + kPowerZ) * standardError;
}

} // namespace prunescope
