#include "core/base/stats.h"

#include <QtTest>
#include <cmath>

using namespace prunescope;

/// Intervals of means whose values hang together.
class TestStats : public QObject {
    Q_OBJECT

    static std::vector<Cluster> single(int ones, int zeros) {
        std::vector<Cluster> clusters(static_cast<std::size_t>(ones + zeros), Cluster{0, 1});
        for (int i = 0; i < ones; ++i)
            clusters[static_cast<std::size_t>(i)].sum = 1;
        return clusters;
    }
    static double width(const Interval& interval) { return interval.high - interval.low; }

private Q_SLOTS:
    void meansByHand() {
        QCOMPARE(clusterMean({}), 0.0);
        const std::vector<Cluster> clusters{{2, 2}, {0, 1}, {1, 1}};
        QCOMPARE(clusterMean(clusters), 0.75);
    }

    /// With one value a cluster the bootstrap is near the normal interval of a share.
    void independentValues_data() {
        QTest::addColumn<int>("ones");
        QTest::addColumn<int>("all");
        QTest::newRow("half") << 100 << 200;
        QTest::newRow("most") << 450 << 500;
        QTest::newRow("many") << 3'000 << 10'000;
    }
    void independentValues() {
        QFETCH(int, ones);
        QFETCH(int, all);
        const std::vector<Cluster> clusters = single(ones, all - ones);
        const double share = static_cast<double>(ones) / all, error = std::sqrt(share * (1 - share) / all);
        const Interval interval = clusterBootstrap(clusters);
        QVERIFY(std::abs(width(interval) / (2 * 1.96 * error) - 1) < 0.05);
        QVERIFY(interval.low < share && share < interval.high);
        QVERIFY(std::abs(clusterError(clusters) / error - 1) < 0.01);
    }

    /// Ten equal answers to a picture say no more than one: the interval is sqrt(10) times as wide as if they did.
    void whatHangsTogetherSaysLess() {
        std::vector<Cluster> together = single(60, 40);
        for (Cluster& cluster : together)
            cluster = {cluster.sum * 10, 10};
        const Interval apart = clusterBootstrap(single(600, 400)), joined = clusterBootstrap(together);
        QVERIFY(std::abs(width(joined) / width(apart) / std::sqrt(10.0) - 1) < 0.05);
        QVERIFY(std::abs(clusterError(together) / clusterError(single(600, 400)) / std::sqrt(10.0) - 1) < 0.02);
    }

    void fewOrEqualClusters() {
        for (const std::vector<Cluster>& clusters :
             {std::vector<Cluster>{}, {{3, 4}}, std::vector<Cluster>(5, Cluster{1, 2})}) {
            const Interval interval = clusterBootstrap(clusters);
            QCOMPARE(interval.low, clusterMean(clusters));
            QCOMPARE(interval.high, clusterMean(clusters));
            QCOMPARE(clusterError(clusters), 0.0);
        }
    }

    void theSameInEveryRun() {
        const std::vector<Cluster> clusters = single(31, 69);
        const Interval first = clusterBootstrap(clusters), second = clusterBootstrap(clusters);
        QCOMPARE(first.low, second.low);
        QCOMPARE(first.high, second.high);
    }

    /// 80 % power at 5 %, two-sided: 2.8 standard errors.
    void visibleDifferences() {
        QCOMPARE(visibleDifference(0), 0.0);
        QVERIFY(std::abs(visibleDifference(1) - 2.8016) < 1e-3);
    }
};

QTEST_APPLESS_MAIN(TestStats)
#include "tst_stats.moc"
