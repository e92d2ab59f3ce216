#include "core/base/error.h"
#include "core/mask/make_mask.h"
#include "core/strategies/strategy.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <random>

using namespace prunescope;

namespace {

/// '#' kept, '.' dropped, rows joined by '/'.
QByteArray draw(const KeepMask& mask) {
    QByteArray text;
    for (int i = 0; i < mask.count(); ++i) {
        if (i > 0 && mask.grid().col(i) == 0)
            text += '/';
        text += mask.kept(i) ? '#' : '.';
    }
    return text;
}

MaskSettings settingsOf(std::string_view strategy, double tau = 0, bool anchored = true,
                        std::string_view metric = "max") {
    MaskSettings settings;
    settings.strategy = strategy;
    settings.tau = tau;
    settings.anchored = anchored;
    settings.metric = metric;
    return settings;
}

/// What a decoder of `settings` gets from the kept blocks alone: per place, the block that it shows (pixelprune spec
/// 3).
std::vector<int> decode(const PixelBlocks& blocks, const KeepMask& mask, const MaskSettings& settings) {
    const BlockGrid grid = blocks.grid();
    const MetricEntry& metric = findMetric(settings.metric);
    const Similarity similarity{&metric, metric.bound(settings.tau), true};
    std::vector<int> shown(static_cast<std::size_t>(grid.count()), -1);
    const auto at = [&](int row, int col) { return shown[static_cast<std::size_t>(grid.index(row, col))]; };
    int last = -1;
    for (int step = 0; step < grid.count(); ++step) {
        const int row = step / grid.cols;
        const bool back = settings.strategy == "serpentine" && row % 2 == 1;
        const int col = back ? grid.cols - 1 - step % grid.cols : step % grid.cols;
        int predicted = last;
        if (settings.strategy == "pred_2d" && step > 0) {
            if (row == 0)
                predicted = at(0, col - 1);
            else if (col == 0)
                predicted = at(row - 1, 0);
            else {
                const int left = at(row, col - 1), up = at(row - 1, col), corner = at(row - 1, col - 1);
                predicted = similarity.same(blocks, corner, left) && !similarity.same(blocks, corner, up) ? up : left;
            }
        }
        const int i = grid.index(row, col);
        last = shown[static_cast<std::size_t>(i)] = mask.kept(i) ? i : predicted;
    }
    return shown;
}

bool hasScanOrder(const StrategyEntry& entry) {
    return entry.name == "raster" || entry.name == "serpentine" || entry.name == "pred_2d";
}

} // namespace

class TestStrategies : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void drawn_data() {
        QTest::addColumn<QString>("strategy");
        QTest::addColumn<QString>("picture");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("raster flat: only the first block") << "raster"
                                                           << "000/000" << QByteArray("#../...");
        QTest::newRow("raster edge: two blocks a row") << "raster"
                                                       << "001/001" << QByteArray("#.#/#.#");
        QTest::newRow("raster: the row end is not special") << "raster"
                                                            << "001/110" << QByteArray("#.#/..#");
        QTest::newRow("serpentine turns at the row end") << "serpentine"
                                                         << "001/001" << QByteArray("#.#/.#.");
        QTest::newRow("pred_2d follows a vertical edge") << "pred_2d"
                                                         << "001/001" << QByteArray("#.#/...");
        QTest::newRow("pred_2d follows a horizontal edge") << "pred_2d"
                                                           << "000/111" << QByteArray("#../#..");
        QTest::newRow("pred_2d: left wins when the corner matches both") << "pred_2d"
                                                                         << "00/01" << QByteArray("#./.#");
        QTest::newRow("keep_all") << "keep_all"
                                  << "00/00" << QByteArray("##/##");
    }

    void drawn() {
        QFETCH(QString, strategy);
        QFETCH(QString, picture);
        QFETCH(QByteArray, expected);
        const PixelBlocks blocks(test::blocksFromText(picture.toStdString()));
        QCOMPARE(draw(makeMask(blocks, settingsOf(strategy.toStdString()))), expected);
    }

    void anchoredModeIsNotMonotonousInTau() {
        const PixelBlocks blocks(test::flatBlocks(1, 4, {0, 3, 5, 1}));
        for (const char* strategy : {"raster", "serpentine", "pred_2d"}) {
            QCOMPARE(makeMask(blocks, settingsOf(strategy, 2 / 255.0)).keptCount(), 2);
            QCOMPARE(makeMask(blocks, settingsOf(strategy, 3 / 255.0)).keptCount(), 3);
        }
    }

    /// Walks the list: every strategy repeats itself, keeps block 0 and refuses nothing on odd grids.
    void everyStrategyRepeatsItself() {
        std::mt19937 random(7);
        for (const StrategyEntry& entry : strategies())
            for (std::uint32_t seed = 0; seed < 60; ++seed) {
                const int rows = 1 + static_cast<int>(random() % 7), cols = 1 + static_cast<int>(random() % 7);
                const PixelBlocks blocks(test::randomScreen(rows, cols, seed));
                const MaskSettings settings = settingsOf(entry.name, (random() % 4) / 100.0, random() % 2 == 0);
                const KeepMask mask = makeMask(blocks, settings);
                QVERIFY(mask.kept(0));
                QCOMPARE(mask.grid(), blocks.grid());
                QVERIFY(makeMask(blocks, settings) == mask);
            }
    }

    /// Prop. 1 and Prop. 2: what a decoder gets differs from the picture by at most tau, and by nothing at tau = 0.
    void decodedPictureIsWithinTau() {
        std::mt19937 random(11);
        for (const StrategyEntry& entry : strategies()) {
            if (!hasScanOrder(entry))
                continue;
            for (std::uint32_t seed = 0; seed < 400; ++seed) {
                const int rows = 1 + static_cast<int>(random() % 6), cols = 1 + static_cast<int>(random() % 6);
                const PixelBlocks blocks(test::randomScreen(rows, cols, 1000 + seed));
                const MetricEntry& metric = metrics()[random() % metrics().size()];
                const double tau = random() % 3 == 0 ? 0.0 : (random() % 60) / 1000.0;
                const MaskSettings settings = settingsOf(entry.name, tau, true, metric.name);
                const std::vector<int> shown = decode(blocks, makeMask(blocks, settings), settings);
                for (int i = 0; i < blocks.grid().count(); ++i) {
                    const std::uint32_t error = metric.distance(
                        blocks.block(i), blocks.block(shown[static_cast<std::size_t>(i)]), blocks.strideBytes());
                    QVERIFY2(error <= metric.bound(tau), std::string(entry.name).c_str());
                }
            }
        }
    }

    void modesAgreeAtTauZero() {
        for (const StrategyEntry& entry : strategies())
            for (std::uint32_t seed = 0; seed < 200; ++seed) {
                const PixelBlocks blocks(test::randomScreen(5, 6, 5000 + seed));
                QVERIFY(makeMask(blocks, settingsOf(entry.name, 0, true)) ==
                        makeMask(blocks, settingsOf(entry.name, 0, false)));
            }
    }

    void singleRowsAndColumnsAgree() {
        for (std::uint32_t seed = 0; seed < 200; ++seed)
            for (const auto& [rows, cols] : {std::pair{1, 12}, std::pair{12, 1}}) {
                const PixelBlocks blocks(test::randomScreen(rows, cols, 9000 + seed));
                const double tau = (seed % 8) / 255.0;
                const KeepMask raster = makeMask(blocks, settingsOf("raster", tau));
                QVERIFY(raster == makeMask(blocks, settingsOf("serpentine", tau)));
                QVERIFY(raster == makeMask(blocks, settingsOf("pred_2d", tau)));
            }
    }

    void refusesBadSettings_data() {
        QTest::addColumn<QString>("strategy");
        QTest::addColumn<QString>("metric");
        QTest::addColumn<double>("tau");
        QTest::addColumn<QString>("named");
        QTest::newRow("strategy") << "pred3d"
                                  << "max" << 0.0 << "pred3d";
        QTest::newRow("metric") << "raster"
                                << "l7" << 0.0 << "l7";
        QTest::newRow("negative") << "raster"
                                  << "max" << -0.1 << "tau";
        QTest::newRow("above one") << "raster"
                                   << "max" << 1.01 << "tau";
        QTest::newRow("nan") << "raster"
                             << "max" << qQNaN() << "tau";
    }

    void refusesBadSettings() {
        QFETCH(QString, strategy);
        QFETCH(QString, metric);
        QFETCH(double, tau);
        QFETCH(QString, named);
        const PixelBlocks blocks(test::blocksFromText("00"));
        try {
            makeMask(blocks, settingsOf(strategy.toStdString(), tau, true, metric.toStdString()));
            QFAIL("accepted");
        } catch (const Error& e) {
            QCOMPARE(exitCode(e.kind()), 2);
            QVERIFY2(QString::fromUtf8(e.what()).contains(named), e.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestStrategies)
#include "tst_strategies.moc"
