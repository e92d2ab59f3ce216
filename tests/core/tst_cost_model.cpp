#include "core/base/error.h"
#include "core/report/cost_model.h"
#include "core/report/plan_cost.h"

#include <QtTest>
#include <array>

using namespace prunescope;

/// The worked example of pixelprune spec 7: a 1920x1088 screenshot, 64 text tokens, 639 of 2040 blocks kept; in TFLOP.
class TestCostModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void workedExample_data() {
        QTest::addColumn<QString>("shape");
        QTest::addColumn<int>("patches");
        QTest::addColumn<double>("vit");
        QTest::addColumn<double>("mergers");
        QTest::addColumn<double>("llm");
        QTest::newRow("2B full") << "qwen3-vl-2b" << 8160 << 11.474106 << 0.410706 << 6.945681;
        QTest::newRow("2B pruned") << "qwen3-vl-2b" << 2556 << 2.186006 << 0.128648 << 2.094816;
        QTest::newRow("4B full") << "qwen3-vl-4b" << 8160 << 11.474106 << 0.444932 << 17.900035;
        QTest::newRow("4B pruned") << "qwen3-vl-4b" << 2556 << 2.186006 << 0.139368 << 5.399938;
        QTest::newRow("8B full") << "qwen3-vl-8b" << 8160 << 14.992984 << 0.654563 << 31.838832;
        QTest::newRow("8B pruned") << "qwen3-vl-8b" << 2556 << 2.914219 << 0.205032 << 10.057245;
    }

    void workedExample() {
        QFETCH(QString, shape);
        QFETCH(int, patches);
        QFETCH(double, vit);
        QFETCH(double, mergers);
        QFETCH(double, llm);
        const PromptFlops flops = promptFlops(findModelShape(shape.toStdString()), std::array{patches}, 64);
        QVERIFY(qAbs(flops.vit / 1e12 - vit) < 1e-6);
        QVERIFY(qAbs(flops.mergers / 1e12 - mergers) < 1e-6);
        QVERIFY(qAbs(flops.llm / 1e12 - llm) < 1e-6);
    }

    void keysAndValues() { QCOMPARE(kvBytes(findModelShape("qwen3-vl-2b"), 1, 2), 114688); }

    /// The figures of a 2B model on a GPU of 790 TFLOP/s and 4.3 TB/s for the worked example's 639 blocks.
    void floorOfAMachine() {
        const ModelShape& shape = findModelShape("qwen3-vl-2b");
        const MachineSpeed speed{790e12, 4.3e12};
        const PromptFlops flops = promptFlops(shape, std::array{2556}, 64);
        const int tokens = 639 + 64;
        const CostFloor floor = costFloor(shape, flops, tokens, speed, readBytes(shape, 2));
        QVERIFY(qAbs(floor.vitMs - (2.186006 + 0.128648) / 790 * 1e3) < 1e-6);
        const double attention = 4.0 * 28 * tokens * tokens * 2048 / 1e12;
        QVERIFY(qAbs(floor.prefillMs - (2.094816 - attention / 2) / 790 * 1e3) < 1e-6);
        const double weights = 28 * (2.0 * 2048 * 128 * (16 + 8) + 3.0 * 2048 * 6144) + 151936.0 * 2048;
        QVERIFY(qAbs(floor.decodePerTokenMs - (2 * weights + 114688.0 * tokens) / 4.3e9) < 1e-9);
        // A short prompt cannot be read in less time than the weights can.
        const CostFloor one = costFloor(shape, promptFlops(shape, {}, 1), 1, speed, readBytes(shape, 2));
        QVERIFY(qAbs(one.prefillMs - 2 * weights / 4.3e9) < 1e-9);
        QCOMPARE(one.vitMs, 0.0);
    }

    /// Patches and tokens are those of the shape's own blocks: of the same widths, an encoder that merges three by
    /// three gives the language layers four ninths of the tokens for as many patches.
    void otherBlocks() {
        ModelShape shape = findModelShape("qwen3-vl-2b");
        const PromptFlops four = promptFlops(shape, std::array{36 * 10}, 0);
        QCOMPARE(four.llm, promptFlops(shape, {}, 90).llm);
        shape.geometry = {14, 2, 2}; // the side of a patch is no part of it
        QCOMPARE(promptFlops(shape, std::array{36 * 10}, 0).total(), four.total());
        shape.geometry = {16, 3, 1};
        const PromptFlops nine = promptFlops(shape, std::array{36 * 10}, 0);
        QCOMPARE(nine.vit, four.vit);
        QCOMPARE(nine.llm, promptFlops(shape, {}, 40).llm);
        const double merger = 9.0 * 1024 * 9 * 1024 + 9.0 * 1024 * 2048;
        QCOMPARE(nine.mergers, (1 + shape.deepstackLayers) * 40 * 2 * merger);
        const std::array images{BlockCounts{4, 10}};
        QCOMPARE(planFlops(shape, PruneStage{}, images, 5).total(), promptFlops(shape, std::array{36}, 5).total());
        QCOMPARE(weightCounts(shape).vision, 24 * (4.0 * 1024 * 1024 + 2.0 * 1024 * 4096) + 4 * merger);
    }

    void unknownShape() { QVERIFY_EXCEPTION_THROWN(findModelShape("70b"), Error); }
};

QTEST_APPLESS_MAIN(TestCostModel)
#include "tst_cost_model.moc"
