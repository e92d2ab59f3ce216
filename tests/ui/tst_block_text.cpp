#include "core/pruning/pixel_options.h"
#include "tests/support/pictures.h"
#include "tests/ui/test_window.h"
#include "ui/canvas/block_text.h"

#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::TestWindow;

namespace {

constexpr int kCols = 8;
constexpr int kSpot = 20; ///< a block that differs from the others

/// Flat but for the first block, and one that is `level`.
void open(TestWindow& test, int level, const MethodSettings& settings) {
    std::vector<int> levels(kCols * kCols, 100);
    levels[0] = 0;
    levels[kSpot] = level;
    test.open(test::flatBlocks(kCols, kCols, levels));
    test.maskView().setSettings(settings);
    QVERIFY(test.settle());
}

MethodSettings tau(double value, const char* method = "pred_2d") {
    MethodSettings settings{method};
    settings.set(kTau, value);
    return settings;
}

QString textOf(TestWindow& test, int block) {
    return blockText(test.scene().now(), block);
}

QPoint onCanvas(TestWindow& test, int block) {
    const QPointF middle(block % kCols * 32 + 16, block / kCols * 32 + 16);
    return test.window().canvas().transform().toView(middle).toPoint();
}

} // namespace

/// What is said of a block before any answer, from its pixels.
class TestBlockText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keptAndDroppedBlocksSayWhy() {
        TestWindow test;
        open(test, 104, tau(0.02));
        QCOMPARE(textOf(test, 0), "Block 0 · row 0, column 0\nKept: nothing predicts it");
        QCOMPARE(textOf(test, 1), "Block 1 · row 0, column 1\nKept: not predicted by its left neighbour\n"
                                  "distance 0.392, τ 0.02 (max)");
        const QString spot = textOf(test, kSpot);
        QVERIFY2(
            spot.startsWith("Block 20 · row 2, column 4\nDropped by Pred-2D before the encoder: predicted by its "),
            qPrintable(spot));
        QVERIFY2(spot.endsWith("\ndistance 0.0157, τ 0.02 (max)"), qPrintable(spot)); // 4 of 255
        QCOMPARE(textOf(test, -1), QString());
        QCOMPARE(textOf(test, kCols * kCols), QString());
        test.maskView().setSettings(tau(0.01));
        QVERIFY(test.settle());
        const QString kept = textOf(test, kSpot);
        QVERIFY2(kept.contains("Kept: not predicted by its ") && kept.endsWith("distance 0.0157, τ 0.01 (max)"),
                 qPrintable(kept));
    }

    void methodsWithoutARuleSayWhatTheyCan() {
        TestWindow test;
        open(test, 104, MethodSettings{"keep_all"});
        QCOMPARE(textOf(test, kSpot), "Block 20 · row 2, column 4\nKept: nothing is dropped");
        MethodSettings random{"random"};
        test.maskView().setSettings(random);
        QVERIFY(test.settle());
        for (int block = 0; block < kCols * kCols; ++block)
            QVERIFY(textOf(test, block)
                        .endsWith(test.maskView().mask().mask.kept(block) ? "Kept by Random before the encoder"
                                                                          : "Dropped by Random before the encoder"));
        test.maskView().setPlan(parsePlan("post:pred_2d,tau=0.02"));
        QVERIFY(test.settle());
        QVERIFY(textOf(test, kSpot).contains("Dropped by Pred-2D after the encoder: "));
        test.maskView().setPlan(PrunePlan::of(MethodSettings{"resize"}));
        QVERIFY(test.settle());
        QVERIFY(textOf(test, 0).contains("smaller picture"));
    }

    void aBudgetSaysWhatItAllows() {
        TestWindow test;
        MethodSettings settings = tau(0.02);
        settings.set(kKeep, TokenBudget::parse("40").value());
        open(test, 104, settings);
        int roomy = 0;
        for (int block = 0; block < kCols * kCols; ++block)
            roomy += textOf(test, block).contains("Kept: 40 tokens are allowed; predicted by ");
        QVERIFY(roomy > 0);
    }

    void theSourceOfADroppedBlockLightsUp() {
        TestWindow test;
        open(test, 100, tau(0));
        const int block = 5 * kCols + 5;
        const auto source = relatedBlock(test.scene().now(), block);
        QVERIFY(source && test.maskView().mask().mask.kept(*source));
        QVERIFY(!relatedBlock(test.scene().now(), *source)); // it is there
        ScreenCanvas& canvas = test.window().canvas();
        const auto edge = [&] {
            const QPoint at = onCanvas(test, *source) - QPoint(qRound(16 * canvas.transform().zoom), 0);
            return canvas.grab().toImage().pixelColor(at);
        };
        const QColor before = edge();
        QTest::mouseMove(&canvas, onCanvas(test, block));
        QVERIFY(edge() != before);
        test.scene().setMode(MaskMode::Off);
        QCOMPARE(canvas.whyAt(onCanvas(test, block)), QString()); // nothing of the mask is drawn
    }

    void coordinatesSayItToo() {
        TestWindow test;
        open(test, 104, tau(0.02));
        ScreenCanvas& canvas = test.window().canvas();
        canvas.setShowsCoordinates(true);
        QTest::mouseMove(&canvas, onCanvas(test, kSpot));
        QTRY_VERIFY(canvas.coordinates().text().contains("block 20"));
        QVERIFY(canvas.coordinates().text().endsWith("distance 0.0157, τ 0.02 (max)"));
    }

    void reasonsAreThoseOfTheMask() {
        TestWindow test;
        open(test, 104, tau(0.02));
        QVERIFY(test.maskView().reasons() && test.maskView().reasons()->areOf(test.maskView().mask()));
        test.maskView().setSettings(tau(0));
        QVERIFY(test.settle());
        QVERIFY(test.maskView().reasons()->areOf(test.maskView().mask()));
        test.open(test::randomScreen(5, 5, 2));
        QVERIFY(test.maskView().reasons()->areOf(test.maskView().mask()));
    }
};

QTEST_MAIN(TestBlockText)
#include "tst_block_text.moc"
