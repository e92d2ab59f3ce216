#include "core/pruning/decoder.h"
#include "core/pruning/make_mask.h"
#include "core/pruning/pixel_options.h"
#include "tests/support/pictures.h"

#include <QtTest>

using namespace prunescope;

namespace {

constexpr int kSide = 12; ///< blocks

std::vector<MethodSettings> settingsWithReasons() {
    std::vector<MethodSettings> all;
    for (const MethodEntry& entry : pixelMethods())
        for (const char* metric : {"max", "mae", "rmse"})
            for (const double tau : {0.0, 0.02, 0.1}) {
                MethodSettings settings{entry};
                settings.set(kMetric, std::string(metric));
                settings.set(kTau, tau);
                if (entry.decode && entry.drops())
                    all.push_back(settings);
            }
    return all;
}

} // namespace

/// Why a block was kept or dropped follows from what it was compared with.
class TestBlockReasons : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void distancesAgreeWithTheMask() {
        int keptBlocks = 0, droppedBlocks = 0;
        for (const MethodSettings& settings : settingsWithReasons())
            for (const std::uint32_t seed : {1U, 2U}) {
                const PixelBlocks blocks(seed == 1 ? test::randomScreen(kSide, kSide, seed)
                                                   : test::gradient({kSide * 32, kSide * 32}, seed));
                const BlockChoice choice = chooseBlocks(blocks, settings);
                const MaskReasons reasons = reasonsOf(blocks, choice, settings);
                QCOMPARE(std::ssize(reasons.blocks), std::ptrdiff_t{kSide * kSide});
                for (int block = 0; block < choice.mask.count(); ++block) {
                    const BlockReason& reason = reasons.blocks[static_cast<std::size_t>(block)];
                    const bool kept = choice.mask.kept(block);
                    (kept ? keptBlocks : droppedBlocks) += 1;
                    if (reason.source < 0) {
                        QCOMPARE(block, 0); // nothing predicts the first one alone
                        continue;
                    }
                    QVERIFY2(kept == (reason.distance > reasons.bound), std::string(settings.method()).c_str());
                    QVERIFY(choice.mask.kept(reason.source)); // what a decoder has
                }
            }
        QVERIFY(keptBlocks > 100 && droppedBlocks > 100);
    }

    /// Pred-2D on a picture whose second row is its own: its first block comes from above, the others from the left.
    void theNeighbourIsNamed() {
        const PixelBlocks blocks(test::blocksFromText("000/111/111"));
        const BlockChoice choice = chooseBlocks(blocks, {});
        const MaskReasons reasons = reasonsOf(blocks, choice, {});
        QCOMPARE(reasons.blocks[1].predictor, 0);
        QCOMPARE(reasons.blocks[3].predictor, 0); // and differs from it
        QCOMPARE(reasons.blocks[3].distance, 20U);
        QCOMPARE(reasons.blocks[8].source, 3); // shown through several steps
        QCOMPARE(reasons.blocks[8].distance, 0U);
    }

    void withoutARuleThereAreNone() {
        const PixelBlocks blocks(test::randomScreen(4, 4, 1));
        const MethodSettings settings{"random"};
        QVERIFY(reasonsOf(blocks, chooseBlocks(blocks, settings), settings).blocks.empty());
    }

    void slidingMethodsCompareWithTheNeighbourItself() {
        const PixelBlocks blocks(test::gradient({kSide * 32, kSide * 32}, 3));
        MethodSettings settings{"raster"};
        settings.set(kTau, 0.02);
        settings.set(kAnchored, false);
        const BlockChoice choice = chooseBlocks(blocks, settings);
        const MaskReasons reasons = reasonsOf(blocks, choice, settings);
        for (int block = 1; block < choice.mask.count(); ++block) {
            const BlockReason& reason = reasons.blocks[static_cast<std::size_t>(block)];
            QCOMPARE(reason.source, block - 1);
            QCOMPARE(choice.mask.kept(block), reason.distance > reasons.bound);
        }
    }
};

QTEST_APPLESS_MAIN(TestBlockReasons)
#include "tst_block_reasons.moc"
