#include "core/base/error.h"
#include "core/metrics/metric.h"
#include "core/pruning/decoder.h"
#include "core/pruning/make_mask.h"
#include "core/pruning/method.h"
#include "core/report/error_map.h"
#include "tests/support/geometries.h"
#include "tests/support/methods.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <numeric>
#include <random>

using namespace prunescope;
using test::named;
using test::settingsOf;

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

/// Pred-2D, raster and serpentine as the specification words them (2.1 to 2.3): on a state grid of blocks, every
/// comparison by pixels. The plain twin of pruning methods that decide by stored distances.
class PlainMethod {
public:
    PlainMethod(const PixelBlocks& blocks, const MethodSettings& settings)
        : m_blocks(blocks), m_settings(settings), m_metric(findMetric(settings.value(kMetric))),
          m_bound(m_metric.bound(settings.value(kTau), blocks.geometry().blockSamples())),
          m_distance(m_metric.reduction, blocks.geometry().blockPx(), CpuLevel::Scalar),
          m_state(static_cast<std::size_t>(blocks.grid().count())) {
        std::iota(m_state.begin(), m_state.end(), 0);
    }

    KeepMask select() {
        const BlockGrid grid = m_blocks.grid();
        KeepMask mask(grid);
        int last = -1;
        for (int step = 0; step < grid.count(); ++step) {
            const int row = grid.row(step);
            const bool back = m_settings.method() == "serpentine" && row % 2 == 1;
            const int col = back ? grid.cols - 1 - grid.col(step) : grid.col(step);
            const int i = grid.index(row, col);
            const int expected = m_settings.method() == "pred_2d" ? predicted(row, col) : last;
            const bool drop = expected >= 0 && same(i, expected);
            if (!drop)
                mask.keep(i);
            if (drop && m_settings.value(kAnchored))
                m_state[static_cast<std::size_t>(i)] = expected;
            last = m_state[static_cast<std::size_t>(i)];
        }
        return mask;
    }

private:
    int at(int row, int col) const { return m_state[static_cast<std::size_t>(m_blocks.grid().index(row, col))]; }
    int predicted(int row, int col) const {
        if (row == 0 && col == 0)
            return -1;
        if (row == 0)
            return at(0, col - 1);
        if (col == 0)
            return at(row - 1, 0);
        const int left = at(row, col - 1), up = at(row - 1, col), corner = at(row - 1, col - 1);
        return same(corner, left) && !same(corner, up) ? up : left;
    }
    bool same(int a, int b) const {
        return m_distance(m_blocks.block(a), m_blocks.block(b), m_blocks.strideBytes(), m_bound) <= m_bound;
    }

    const PixelBlocks& m_blocks;
    const MethodSettings& m_settings;
    const MetricEntry& m_metric;
    std::uint32_t m_bound;
    BlockDistance m_distance;
    std::vector<int> m_state;
};

/// What the properties are tried on: screens, gradients with noise, noise; any small grid.
PixelBlocks anyPicture(std::mt19937& random, const PatchGeometry& geometry = {}) {
    const int rows = 1 + static_cast<int>(random() % 6), cols = 1 + static_cast<int>(random() % 6);
    const Size size = BlockGrid{rows, cols, geometry}.size();
    switch (random() % 4) {
    case 0:
        return PixelBlocks(test::noise(size, random()), geometry);
    case 1:
        return PixelBlocks(test::gradient(size, random()), geometry);
    default:
        return PixelBlocks(test::randomScreen(rows, cols, random(), geometry), geometry);
    }
}

/// Fewer for blocks that no golden mask is of: all go one general way.
int roundsFor(const PatchGeometry& geometry) {
    return geometry == PatchGeometry{} ? 10'000 : 1'500;
}

MethodSettings anySettings(std::string_view method, std::mt19937& random) {
    const MetricEntry& metric = metrics()[random() % metrics().size()];
    const double tau = random() % 3 == 0 ? 0.0 : (random() % 60) / 1000.0;
    return settingsOf(method, tau, true, metric.name);
}

/// The picture with every dropped block overwritten: a decoder must not miss them.
PixelBlocks onlyKept(const PixelBlocks& blocks, const KeepMask& mask) {
    std::vector<std::uint8_t> rgb(blocks.picture().data(), blocks.picture().data() + blocks.picture().sizeBytes());
    const auto side = static_cast<std::size_t>(blocks.geometry().blockPx());
    for (int i = 0; i < mask.count(); ++i)
        for (std::size_t y = 0; !mask.kept(i) && y < side; ++y)
            std::fill_n(rgb.data() + (blocks.block(i) - blocks.picture().data()) + y * blocks.strideBytes(), side * 3,
                        static_cast<std::uint8_t>(7 * i));
    return PixelBlocks(Picture(blocks.picture().size(), std::move(rgb)), blocks.geometry());
}

} // namespace

class TestPruningMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void drawn_data() {
        QTest::addColumn<QString>("method");
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
        QFETCH(QString, method);
        QFETCH(QString, picture);
        QFETCH(QByteArray, expected);
        const PixelBlocks blocks(test::blocksFromText(picture.toStdString()));
        QCOMPARE(draw(makeMask(blocks, settingsOf(method.toStdString()))), expected);
    }

    void anchoredModeIsNotMonotonousInTau() {
        const PixelBlocks blocks(test::flatBlocks(1, 4, {0, 3, 5, 1}));
        for (const char* method : {"raster", "serpentine", "pred_2d"}) {
            QCOMPARE(makeMask(blocks, settingsOf(method, 2 / 255.0)).keptCount(), 2);
            QCOMPARE(makeMask(blocks, settingsOf(method, 3 / 255.0)).keptCount(), 3);
        }
    }

    /// Walks the list: every pruning method repeats itself, from stored distances too, and refuses nothing on odd
    /// grids.
    void everyMethodRepeatsItself_data() { test::addGeometries(); }
    void everyMethodRepeatsItself() {
        QFETCH(PatchGeometry, geometry);
        std::mt19937 random(7);
        for (const MethodEntry& entry : pixelMethods())
            for (int round = 0; round < 100; ++round) {
                const PixelBlocks blocks = anyPicture(random, geometry);
                MaskMaker maker(blocks);
                for (int change = 0; change < 3; ++change) {
                    MethodSettings settings = anySettings(entry.name, random);
                    for (const OptionSpec& spec : entry.options)
                        if (random() % 2 == 0)
                            settings.change(spec.name, test::anyValue(spec, random));
                    const KeepMask mask = makeMask(blocks, settings);
                    QVERIFY(mask.keptCount() > 0);
                    QVERIFY(settings.applies(kSeed.name) || entry.isBaseline || mask.kept(0));
                    QVERIFY(entry.showsSmallerPicture || mask.grid() == blocks.grid());
                    QVERIFY(mask.grid().geometry == geometry);
                    QVERIFY(makeMask(blocks, settings) == mask);
                    QVERIFY2(maker.mask(settings) == mask, named(settings).c_str());
                }
            }
    }

    /// Stored distances and bounds decide as comparing every pixel does.
    void decidesAsThePlainTwin_data() { test::addGeometries(); }
    void decidesAsThePlainTwin() {
        QFETCH(PatchGeometry, geometry);
        std::mt19937 random(17);
        for (int round = 0; round < roundsFor(geometry); ++round) {
            const PixelBlocks blocks = anyPicture(random, geometry);
            MaskMaker maker(blocks);
            for (const MethodEntry& entry : pixelMethods()) {
                if (!entry.decode || !entry.drops())
                    continue;
                MethodSettings settings = anySettings(entry.name, random);
                settings.set(kAnchored, random() % 4 != 0);
                const KeepMask expected = PlainMethod(blocks, settings).select();
                QVERIFY2(makeMask(blocks, settings) == expected, named(settings).c_str());
                QVERIFY2(maker.mask(settings) == expected, named(settings).c_str());
            }
        }
    }

    /// Prop. 1 and Prop. 2: what a decoder gets from the kept blocks differs from the picture by at most tau, and by
    /// nothing at tau = 0; the first block is kept.
    void decodedPictureIsWithinTau_data() { test::addGeometries(); }
    void decodedPictureIsWithinTau() {
        QFETCH(PatchGeometry, geometry);
        std::mt19937 random(11);
        for (int round = 0; round < roundsFor(geometry); ++round) {
            const PixelBlocks blocks = anyPicture(random, geometry);
            for (const MethodEntry& entry : pixelMethods()) {
                if (!entry.decode)
                    continue;
                const MethodSettings settings = anySettings(entry.name, random);
                const KeepMask mask = makeMask(blocks, settings);
                QVERIFY2(mask.kept(0), named(settings).c_str());
                const PixelBlocks decoded(reconstruct(onlyKept(blocks, mask), {mask}, settings), geometry);
                const MetricEntry& metric = findMetric(settings.value(kMetric));
                const BlockDistance distance(metric.reduction, geometry.blockPx());
                const std::uint32_t bound = similarityOf(settings, geometry).bound;
                const ErrorMap errors = errorMap(blocks, decoded, metric.name);
                for (int i = 0; i < blocks.grid().count(); ++i) {
                    const std::uint32_t error =
                        distance(blocks.block(i), decoded.block(i), blocks.strideBytes(), PairTable::kExact);
                    QVERIFY2(error <= (mask.kept(i) ? 0 : bound), named(settings).c_str());
                    QCOMPARE(errors.errors[static_cast<std::size_t>(i)],
                             inSampleUnits(metric.reduction, error, geometry.blockSamples()));
                }
            }
        }
    }

    /// What Qwen3-VL's blocks are judged by judges the others: blocks of one colour have the same distances in sample
    /// units whatever their size, so that every method keeps the same of them.
    void flatBlocksGiveTheSameMaskAtAnySize_data() { test::addGeometries(); }
    void flatBlocksGiveTheSameMaskAtAnySize() {
        QFETCH(PatchGeometry, geometry);
        std::mt19937 random(29);
        for (int round = 0; round < 200; ++round) {
            const int rows = 1 + static_cast<int>(random() % 8), cols = 1 + static_cast<int>(random() % 8);
            std::vector<int> levels(static_cast<std::size_t>(rows * cols));
            for (int& level : levels)
                level = 100 + static_cast<int>(random() % 8);
            const PixelBlocks known(test::flatBlocks(rows, cols, levels));
            const PixelBlocks blocks(test::flatBlocks(rows, cols, levels, geometry), geometry);
            for (const MethodEntry& entry : pixelMethods()) {
                if (entry.showsSmallerPicture)
                    continue; // its rounding is to whole blocks
                const MethodSettings settings = anySettings(entry.name, random);
                const KeepMask mask = makeMask(blocks, settings);
                QVERIFY(mask.grid() == blocks.grid());
                QVERIFY2(mask.toBase64() == makeMask(known, settings).toBase64(), named(settings).c_str());
            }
        }
    }

    void aConstantChangesNothing() {
        std::mt19937 random(23);
        for (int round = 0; round < 500; ++round) {
            const PixelBlocks blocks = anyPicture(random);
            const std::uint8_t add = static_cast<std::uint8_t>(1 + random() % 100);
            std::vector<std::uint8_t> low(blocks.picture().data(),
                                          blocks.picture().data() + blocks.picture().sizeBytes());
            for (std::uint8_t& sample : low)
                sample /= 2;
            std::vector<std::uint8_t> high = low;
            for (std::uint8_t& sample : high)
                sample = static_cast<std::uint8_t>(sample + add);
            const PixelBlocks dark(Picture(blocks.picture().size(), low)),
                light(Picture(blocks.picture().size(), high));
            for (const MethodEntry& entry : pixelMethods()) {
                const MethodSettings settings = anySettings(entry.name, random);
                QVERIFY2(makeMask(dark, settings) == makeMask(light, settings), named(settings).c_str());
            }
        }
    }

    void modesAgreeAtTauZero() {
        for (const MethodEntry& entry : pixelMethods())
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
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("metric");
        QTest::addColumn<double>("tau");
        QTest::addColumn<QString>("named");
        QTest::newRow("method") << "pred3d"
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
        QFETCH(QString, method);
        QFETCH(QString, metric);
        QFETCH(double, tau);
        QFETCH(QString, named);
        const PixelBlocks blocks(test::blocksFromText("00"));
        try {
            makeMask(blocks, settingsOf(method.toStdString(), tau, true, metric.toStdString()));
            QFAIL("accepted");
        } catch (const Error& e) {
            QCOMPARE(exitCode(e.kind()), 2);
            QVERIFY2(QString::fromUtf8(e.what()).contains(named), e.what());
        }
    }
};

QTEST_APPLESS_MAIN(TestPruningMethods)
#include "tst_pruning_methods.moc"
