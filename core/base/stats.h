#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace prunescope {

/// Middle value, or the mean of the two in the middle. `values` must not be empty.
double median(std::vector<double> values);
/// Smallest value that `share` (0 to 1) of all do not exceed. `values` must not be empty.
double percentile(std::vector<double> values, double share);

/// Interval in which a value lies with 95 % confidence.
struct Interval {
    double low = 0;
    double high = 0;
};
/// Wilson's score interval of a share, for `hits` of `trials`; all of [0, 1] without trials.
Interval wilsonInterval(std::int64_t hits, std::int64_t trials);

/// McNemar's exact test of two methods on the same questions: the two-sided probability that `onlyFirst` and
/// `onlySecond` questions, which only one of them got right, lie as far apart or further when both are equally good.
double mcnemarExact(std::int64_t onlyFirst, std::int64_t onlySecond);

/// The interval of how much larger the share is that the second method gets right, of `questions` that both were asked
/// (Agresti and Min, Simple improved confidence intervals for comparing matched proportions, 2005). [-1, 1] without
/// any.
Interval pairedDifference(std::int64_t onlyFirst, std::int64_t onlySecond, std::int64_t questions);

/// Values that depend on each other, such as the scores of the questions about one picture.
struct Cluster {
    double sum = 0;
    std::int64_t count = 0;
};
/// The mean of all values; 0 without any.
double clusterMean(std::span<const Cluster> clusters);
/// The interval of the mean of all values when whole clusters are drawn anew, the percentile bootstrap (Efron and
/// Tibshirani, An Introduction to the Bootstrap, 1993). The draws are the same in every run and on every machine, about
/// ten thousand of them, fewer of very many clusters. Both ends are the mean where there are fewer than two clusters.
Interval clusterBootstrap(std::span<const Cluster> clusters);
/// The standard error of the mean of all values, by the sums of whole clusters; 0 where there are fewer than two.
double clusterError(std::span<const Cluster> clusters);
/// The least difference that a test at 5 % finds in 80 % of the cases, where a difference has that standard error.
double visibleDifference(double standardError);

} // namespace prunescope
