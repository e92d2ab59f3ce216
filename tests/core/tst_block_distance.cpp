#include "core/base/parallel.h"
#include "core/metrics/pair_table.h"
#include "tests/support/geometries.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <cstdlib>
#include <random>

using namespace prunescope;

namespace {

constexpr std::array kReductionsInOrder{Reduction::Max, Reduction::Sum, Reduction::Squares};

/// From the definition, in 64 bits.
std::uint64_t plainDistance(Reduction reduction, const PixelBlocks& blocks, int first, int second) {
    const std::uint8_t *a = blocks.block(first), *b = blocks.block(second);
    const std::size_t stride = blocks.strideBytes(), side = static_cast<std::size_t>(blocks.geometry().blockPx());
    std::uint64_t largest = 0, sum = 0, squares = 0;
    for (std::size_t y = 0; y < side; ++y)
        for (std::size_t x = 0; x < side * 3; ++x) {
            const auto difference = static_cast<std::uint64_t>(std::abs(a[y * stride + x] - b[y * stride + x]));
            largest = std::max(largest, difference);
            sum += difference;
            squares += difference * difference;
        }
    return reduction == Reduction::Max ? largest : reduction == Reduction::Sum ? sum : squares;
}

/// Two blocks that differ in one sample, everywhere, or by the most there can be.
PixelBlocks pairOfBlocks(std::mt19937& random, const PatchGeometry& geometry = {}) {
    const auto side = static_cast<std::size_t>(geometry.blockPx());
    std::vector<std::uint8_t> rgb(2 * static_cast<std::size_t>(geometry.blockSamples()));
    for (std::size_t i = 0; i < rgb.size(); ++i)
        rgb[i] = static_cast<std::uint8_t>(random());
    const std::size_t stride = 2 * side * 3;
    const unsigned kind = random() % 4;
    for (std::size_t y = 0; y < side; ++y)
        for (std::size_t x = 0; x < side * 3; ++x) {
            std::uint8_t& left = rgb[y * stride + x];
            std::uint8_t& right = rgb[y * stride + x + side * 3];
            if (kind == 0)
                right = left;
            if (kind == 1)
                left = 0, right = 255;
            if (kind == 2)
                right = static_cast<std::uint8_t>(std::min(255, left + static_cast<int>(random() % 3)));
        }
    if (kind == 0 && random() % 2)
        rgb[random() % rgb.size()] ^= static_cast<std::uint8_t>(1 << random() % 8);
    return PixelBlocks(Picture(BlockGrid{1, 2, geometry}.size(), std::move(rgb)), geometry);
}

} // namespace

/// Every instruction set of this machine against the definition, and the tables that are made with them.
class TestBlockDistance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { setMaxWorkers(0); }

    void everyLevelFollowsTheDefinition() {
        std::mt19937 random(5);
        for (int round = 0; round < 3000; ++round) {
            const PixelBlocks blocks = pairOfBlocks(random);
            for (const Reduction reduction : kReductionsInOrder) {
                const std::uint64_t expected = plainDistance(reduction, blocks, 0, 1);
                for (const CpuLevel level : cpuLevels())
                    for (const std::uint32_t cap : capsAround(static_cast<std::uint32_t>(expected))) {
                        const std::uint32_t found = distanceKernel(reduction, level)(blocks.block(0), blocks.block(1),
                                                                                     blocks.strideBytes(), cap);
                        const bool right = expected <= cap ? found == expected : found > cap && found <= expected;
                        QVERIFY2(right, std::string(nameOf(level)).c_str());
                    }
            }
        }
    }

    /// Up to the largest side, whose sum of squares just fits; of 32 pixels, the general way and the kernels are one.
    void everySideFollowsTheDefinition_data() {
        QTest::addColumn<int>("sidePx");
        for (const int side : {PatchGeometry::kLeastBlockPx, 9, 14, 16, 28, 30, 31, 32, 33, 42, 48, 56, 64, 112,
                               PatchGeometry::kMostBlockPx})
            QTest::addRow("%d px", side) << side;
    }
    void everySideFollowsTheDefinition() {
        QFETCH(int, sidePx);
        const PatchGeometry geometry{sidePx, 1, 1};
        std::mt19937 random(6);
        for (int round = 0; round < 300; ++round) {
            const PixelBlocks blocks = pairOfBlocks(random, geometry);
            for (const Reduction reduction : kReductionsInOrder) {
                const std::uint64_t expected = plainDistance(reduction, blocks, 0, 1);
                QVERIFY(expected < PairTable::kExact);
                for (const CpuLevel level : cpuLevels())
                    for (const std::uint32_t cap : capsAround(static_cast<std::uint32_t>(expected))) {
                        const std::uint32_t found = BlockDistance(reduction, sidePx, level)(
                            blocks.block(0), blocks.block(1), blocks.strideBytes(), cap);
                        QVERIFY(expected <= cap ? found == expected : found > cap && found <= expected);
                    }
            }
        }
    }

    void theScalarLevelIsAlwaysThere() {
        QCOMPARE(cpuLevels().front(), CpuLevel::Scalar);
        QVERIFY(bestCpuLevel() <= cpuLevels().back());
    }

    /// On odd grids, single rows and columns; by any number of threads; in one go or one half after the other.
    void tablesHoldEveryPair_data() { test::addGeometries(); }
    void tablesHoldEveryPair() {
        QFETCH(PatchGeometry, geometry);
        std::mt19937 random(9);
        for (const auto& [rows, cols] : {std::pair{1, 1}, {1, 9}, {9, 1}, {5, 7}, {3, 2}, {40, 23}})
            for (const Reduction reduction : kReductionsInOrder)
                for (const CpuLevel level : cpuLevels()) {
                    const PixelBlocks blocks(test::randomScreen(rows, cols, random(), geometry), geometry);
                    setMaxWorkers(1 + static_cast<int>(random() % 4));
                    PairTable pairs(blocks, reduction, PairTable::kExact, level);
                    if (random() % 2)
                        pairs.fill(PairTable::Neighbours::Before);
                    pairs.fill(PairTable::Neighbours::BeforeAndUp);
                    compareWithDefinition(pairs);
                }
    }

private:
    static std::array<std::uint32_t, 4> capsAround(std::uint32_t expected) {
        return {PairTable::kExact, expected, expected > 0 ? expected - 1 : 0, 0};
    }

    static void compareWithDefinition(const PairTable& pairs) {
        const PixelBlocks& blocks = pairs.blocks();
        const auto expected = [&](int a, int b) {
            return static_cast<std::uint32_t>(plainDistance(pairs.reduction(), blocks, a, b));
        };
        for (int i = 1; i < blocks.grid().count(); ++i) {
            QCOMPARE(pairs.before(i), expected(i, i - 1));
            if (i >= blocks.grid().cols)
                QCOMPARE(pairs.up(i), expected(i, i - blocks.grid().cols));
        }
    }
};

QTEST_APPLESS_MAIN(TestBlockDistance)
#include "tst_block_distance.moc"
