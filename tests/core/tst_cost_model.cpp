#include "core/report/cost_model.h"
#include "core/report/plan_cost.h"

#include <QtTest>
#include <array>

using namespace prunescope;

namespace {

/// Of pixelprune spec 7.
const ModelShape k2B{"2B", 24, 1024, 4096, 3, 2048, 28, 6144, 16, 8, 128, 151936};
const ModelShape k4B{"4B", 24, 1024, 4096, 3, 2560, 36, 9728, 32, 8, 128, 151936};
const ModelShape k8B{"8B", 27, 1152, 4304, 3, 4096, 36, 12288, 32, 8, 128, 151936};

/// Three linear layers and one with gated queries, repeated (qwen3-5 spec 1: 4B).
ModelShape withLinearLayers() {
    ModelShape shape{"linear", 24, 1024, 4096, 0, 2560, 32, 9216, 16, 4, 256, 248320};
    shape.gatedQueries = true;
    shape.linear = {24, 16, 32, 128, 128, 4};
    return shape;
}

/// other-families spec 1: 3B, four of 32 vision layers see the whole picture.
ModelShape withWindows() {
    ModelShape shape{"windows", 32, 1280, 3420, 0, 2048, 36, 11008, 16, 2, 128, 151936, {14, 2, 2}};
    shape.vitGated = true;
    shape.reach = {64, 4, 0};
    return shape;
}

/// other-families spec 2: one tile with a class token, a projector wider than a patch, 23 of 24 layers.
ModelShape withTiles() {
    ModelShape shape{"tiles", 23, 1024, 4096, 0, 4096, 32, 11008, 32, 32, 128, 32064, {14, 1, 1}};
    shape.reach = {0, 0, 576};
    shape.mergerInner = 4096;
    return shape;
}

/// Operations of a product [rows, inner] x [inner, columns].
double product(double rows, double inner, double columns) {
    return 2 * rows * inner * columns;
}

} // namespace

/// The worked example of pixelprune spec 7: a 1920x1088 screenshot, 64 text tokens, 639 of 2040 blocks kept; in TFLOP.
class TestCostModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void workedExample_data() {
        QTest::addColumn<const ModelShape*>("shape");
        QTest::addColumn<int>("patches");
        QTest::addColumn<double>("vit");
        QTest::addColumn<double>("mergers");
        QTest::addColumn<double>("llm");
        QTest::newRow("2B full") << &k2B << 8160 << 11.474106 << 0.410706 << 6.945681;
        QTest::newRow("2B pruned") << &k2B << 2556 << 2.186006 << 0.128648 << 2.094816;
        QTest::newRow("4B full") << &k4B << 8160 << 11.474106 << 0.444932 << 17.900035;
        QTest::newRow("4B pruned") << &k4B << 2556 << 2.186006 << 0.139368 << 5.399938;
        QTest::newRow("8B full") << &k8B << 8160 << 14.992984 << 0.654563 << 31.838832;
        QTest::newRow("8B pruned") << &k8B << 2556 << 2.914219 << 0.205032 << 10.057245;
    }

    void workedExample() {
        QFETCH(const ModelShape*, shape);
        QFETCH(int, patches);
        QFETCH(double, vit);
        QFETCH(double, mergers);
        QFETCH(double, llm);
        const PromptFlops flops = promptFlops(*shape, std::array{patches}, 64);
        QVERIFY(qAbs(flops.vit / 1e12 - vit) < 1e-6);
        QVERIFY(qAbs(flops.mergers / 1e12 - mergers) < 1e-6);
        QVERIFY(qAbs(flops.llm / 1e12 - llm) < 1e-6);
    }

    void keysAndValues() { QCOMPARE(kvBytes(k2B, 1, 2), 114688); }

    /// The figures of a 2B model on a GPU of 790 TFLOP/s and 4.3 TB/s for the worked example's 639 blocks.
    void floorOfAMachine() {
        const ModelShape& shape = k2B;
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
        ModelShape shape = k2B;
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
        const std::array stages{StageCounts{0, 0, {{4, 10}}}};
        QCOMPARE(planFlops(shape, PrunePlan{}, std::array{10}, stages, 5).total(),
                 promptFlops(shape, std::array{36}, 5).total());
        QCOMPARE(weightCounts(shape).vision, 24 * (4.0 * 1024 * 1024 + 2.0 * 1024 * 4096) + 4 * merger);
    }

    /// Against the products of qwen3-5 spec 5 and 6, one by one, for a chunk of tokens.
    void linearLayers() {
        const ModelShape shape = withLinearLayers();
        constexpr double kTokens = 64, kWidth = 2560, kChannels = 2 * 16 * 128 + 32 * 128, kHeads = 32, kDim = 128;
        const double projections = product(kTokens, kWidth, kChannels) + product(kTokens, kWidth, kHeads * kDim) +
                                   2 * product(kTokens, kWidth, kHeads) + product(kTokens, 4, kChannels) +
                                   product(kTokens, kHeads * kDim, kWidth);
        const double triangular = 2 * kTokens * kTokens * kDim;            // two right sides, half of a product each
        const double rule = product(kTokens, kDim, kTokens) + triangular + // K K^T, U and W
                            2 * product(kTokens, kDim, kDim) +             // W S0, Q S0
                            product(kTokens, kDim, kTokens) + product(kTokens, kTokens, kDim) + // Q K^T, R
                            product(kDim, kTokens, kDim);                                       // K^T R
        const double attending = product(kTokens, kWidth, 3 * 16 * 256) + 2 * product(kTokens, kWidth, 4 * 256) +
                                 2 * product(kTokens, 16 * 256, kTokens);
        const double feedForward = 3 * product(kTokens, kWidth, 9216);
        QCOMPARE(promptFlops(shape, {}, 64).llm, 24 * (projections + kHeads * rule) + 8 * attending + 32 * feedForward);
        // Only attention grows faster than the prompt.
        const double twice = promptFlops(shape, {}, 128).llm - 2 * promptFlops(shape, {}, 64).llm;
        QCOMPARE(twice, 8 * 2 * 2 * product(kTokens, 16 * 256, kTokens));
    }

    /// qwen3-5 spec 8: 32 KiB a token, 48 MiB and 1.13 MiB whatever the length.
    void fixedStates() {
        const ModelShape shape = withLinearLayers();
        QCOMPARE(kvBytes(shape, 1, 2), 32 * 1024);
        QCOMPARE(stateBytes(shape, 2), (48 << 20) + 24 * 8192 * 3 * 2);
        QCOMPARE(stateBytes(k2B, 2), 0);
        const MachineSpeed speed{790e12, 4.3e12};
        const ReadBytes bytes = readBytes(shape, 2);
        const double moved = bytes.text + 100 * 32 * 1024 + 2.0 * static_cast<double>(stateBytes(shape, 2));
        QVERIFY(qAbs(costFloor(shape, {}, 100, speed, bytes).decodePerTokenMs - moved / 4.3e9) < 1e-12);
        // Causal attention counts half, and only full layers have it.
        const PromptFlops flops = promptFlops(shape, {}, 4000);
        const double half = 8 * product(4000, 16 * 256, 4000);
        QVERIFY(qAbs(costFloor(shape, flops, 4000, speed, bytes).prefillMs - (flops.llm - half) / 790e9) < 1e-6);
    }

    void linearWeights() {
        const double feedForward = 3.0 * 2560 * 9216, attention = 2560.0 * 256 * (3 * 16 + 2 * 4);
        const double linear = 2560.0 * (8192 + 4096 + 64 + 4096) + 8192 * 4;
        QCOMPARE(weightCounts(withLinearLayers()).text,
                 24 * linear + 8 * attention + 32 * feedForward + 248320.0 * 2560);
    }

    void windows() {
        const ModelShape shape = withWindows();
        const double layer = 4 * product(6400, 1280, 1280) + 3 * product(6400, 1280, 3420);
        const double whole = 2 * product(6400, 1280, 6400), window = 2 * product(6400, 1280, 64);
        const PromptFlops flops = promptFlops(shape, std::array{6400}, 0);
        QCOMPARE(flops.vit, 32 * layer + 4 * whole + 28 * window);
        QCOMPARE(flops.mergers, product(1600, 5120, 5120) + product(1600, 5120, 2048));
        QCOMPARE(weightCounts(shape).vision,
                 32 * (4.0 * 1280 * 1280 + 3.0 * 1280 * 3420) + 5120.0 * 5120 + 5120.0 * 2048);
        // In a picture smaller than a window all layers see it whole.
        QCOMPARE(promptFlops(shape, std::array{16}, 0).vit,
                 32 * (4 * product(16, 1280, 1280) + 3 * product(16, 1280, 3420) + 2 * product(16, 1280, 16)));
    }

    void tiles() {
        const ModelShape shape = withTiles();
        const double layer = 4 * product(577, 1024, 1024) + 2 * product(577, 1024, 4096) + 2 * product(577, 1024, 577);
        const double projector = product(576, 1024, 4096) + product(576, 4096, 4096);
        const PromptFlops one = promptFlops(shape, std::array{576}, 0);
        QCOMPARE(one.vit, 23 * layer);
        QCOMPARE(one.mergers, projector);
        // Nine tiles cost nine times as much: they do not see each other.
        const PromptFlops nine = promptFlops(shape, std::array{9 * 576}, 0);
        QCOMPARE(nine.vit, 9 * one.vit);
        QCOMPARE(nine.mergers, 9 * one.mergers);
        QCOMPARE(weightCounts(shape).vision,
                 23 * (4.0 * 1024 * 1024 + 2.0 * 1024 * 4096) + 1024.0 * 4096 + 4096.0 * 4096);
    }
};

QTEST_APPLESS_MAIN(TestCostModel)
#include "tst_cost_model.moc"
