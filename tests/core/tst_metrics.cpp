#include "core/base/error.h"
#include "core/blocks/pixel_blocks.h"
#include "core/metrics/metric.h"
#include "tests/support/geometries.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <cmath>

using namespace prunescope;

namespace {

constexpr std::uint32_t kNoCap = std::numeric_limits<std::uint32_t>::max();

/// Distance in [0,1] by the formula of pixelprune spec 2.4, sample by sample in double.
double plainDistance(std::string_view metric, const PixelBlocks& blocks, int other) {
    const std::uint8_t *a = blocks.block(0), *b = blocks.block(other);
    const std::size_t stride = blocks.strideBytes(), side = static_cast<std::size_t>(blocks.geometry().blockPx());
    double largest = 0, sum = 0, squares = 0;
    for (std::size_t y = 0; y < side; ++y)
        for (std::size_t x = 0; x < side * 3; ++x) {
            const double d = std::abs(a[y * stride + x] - b[y * stride + x]) / 255.0;
            largest = std::max(largest, d);
            sum += d;
            squares += d * d;
        }
    if (metric == "mae")
        return sum / blocks.geometry().blockSamples();
    if (metric == "rmse")
        return std::sqrt(squares / blocks.geometry().blockSamples());
    return largest;
}

} // namespace

class TestMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyMetricFollowsItsFormula_data() { test::addGeometries(); }
    void everyMetricFollowsItsFormula() {
        QFETCH(PatchGeometry, geometry);
        const Size size = BlockGrid{2, 3, geometry}.size();
        for (std::uint32_t seed = 0; seed < 120; ++seed) {
            const PixelBlocks blocks(seed % 2 ? test::noise(size, seed) : test::randomScreen(2, 3, seed, geometry),
                                     geometry);
            for (const MetricEntry& metric : metrics())
                for (int other = 1; other < blocks.grid().count(); ++other) {
                    const double distance = plainDistance(metric.name, blocks, other);
                    const double tau = std::clamp(distance + (seed % 3 - 1.0) * 0.003, 0.0, 1.0);
                    if (std::abs(distance - tau) < 1e-5 && distance > 0)
                        continue; // the tie is another test's
                    const double used = metric.name == "exact" ? 0.0 : tau;
                    const bool expected = distance <= used;
                    const std::uint32_t bound = metric.bound(tau, geometry.blockSamples());
                    const BlockDistance kernel(metric.reduction, geometry.blockPx());
                    const auto raw = [&](std::uint32_t cap) {
                        return kernel(blocks.block(0), blocks.block(other), blocks.strideBytes(), cap);
                    };
                    QCOMPARE(raw(bound) <= bound, expected);
                    QCOMPARE(raw(kNoCap) <= bound, expected);
                    QVERIFY(std::abs(inSampleUnits(metric.reduction, raw(kNoCap), geometry.blockSamples()) - distance) <
                            1e-9);
                }
        }
    }

    /// A tau meant as k/255 is inclusive for blocks that differ by exactly k.
    void boundsAreInclusive_data() { test::addGeometries(); }
    void boundsAreInclusive() {
        QFETCH(PatchGeometry, geometry);
        const int samples = geometry.blockSamples();
        for (int k = 0; k <= 255; ++k) {
            const PixelBlocks blocks(test::flatBlocks(1, 2, {0, k}, geometry), geometry);
            for (const MetricEntry& metric : metrics()) {
                const BlockDistance distance(metric.reduction, geometry.blockPx());
                const std::uint32_t raw = distance(blocks.block(0), blocks.block(1), blocks.strideBytes(), kNoCap);
                QVERIFY2((raw <= metric.bound(k / 255.0, samples)) == (metric.name != "exact" || k == 0),
                         std::string(metric.name).c_str());
                if (k > 0)
                    QVERIFY(raw > metric.bound((k - 0.01) / 255.0, samples));
            }
        }
    }

    void levelsOfTau() {
        const MetricEntry& max = findMetric("max");
        QCOMPARE(max.bound(0.005, 1), 1u);
        QCOMPARE(max.bound(0.02, 1), 5u);
        QCOMPARE(max.bound(0.2, 1), 51u);
        QCOMPARE(max.bound(1.0, 1), 255u);
    }

    void unknownNameListsTheOthers() {
        try {
            findMetric("manhattan");
            QFAIL("accepted");
        } catch (const Error& e) {
            for (const MetricEntry& metric : metrics())
                QVERIFY(std::string_view(e.what()).find(metric.name) != std::string_view::npos);
        }
    }
};

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
