#include "model/decode/cuda_token_plan.h"
#include "model/engine/image_preparer.h"
#include "model/layers/attention.h"
#include "model/layers/residual.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <c10/core/InferenceMode.h>

using namespace prunescope;
using namespace prunescope::model;

namespace {

Linear linear(std::int64_t out, std::int64_t in, at::ScalarType type = at::kBFloat16) {
    return {at::randn({out, in}).to(type), {}};
}

WeightMatrix packed(PackedTensors tensors) {
    return {std::move(tensors), at::kBFloat16, nullptr};
}

RmsNorm norm(std::int64_t width) {
    return {at::ones({width}, at::kBFloat16)};
}

LanguageWeights weights(std::int64_t headDim = 64) {
    constexpr std::int64_t kWidth = 128, kInner = 256, kVocab = 32;
    LanguageWeights made;
    made.config.vocab = kVocab;
    made.config.width = kWidth;
    made.config.inner = kInner;
    made.config.layers = 1;
    made.config.heads = 4;
    made.config.kvHeads = 2;
    made.config.headDim = headDim;
    made.options = at::TensorOptions(at::kCPU).dtype(at::kBFloat16);
    made.embedding = at::zeros({kVocab, kWidth}, made.options);
    LanguageLayer layer;
    layer.inputNorm = layer.postNorm = norm(kWidth);
    layer.attention = {linear(4 * headDim, kWidth),
                       linear(2 * headDim, kWidth),
                       linear(2 * headDim, kWidth),
                       linear(kWidth, 4 * headDim),
                       norm(headDim),
                       norm(headDim)};
    layer.mlp = {linear(kInner, kWidth), linear(kInner, kWidth), linear(kWidth, kInner)};
    made.layers.push_back(std::move(layer));
    made.norm = norm(kWidth);
    made.head.weight = made.embedding;
    return made;
}

} // namespace

/// What our CUDA kernels are asked for, and the steps around them that need no GPU.
class TestCudaTokenPlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void obstacles_data() {
        QTest::addColumn<int>("headDim");
        QTest::addColumn<QString>("spoil");
        QTest::addColumn<QString>("expected");
        QTest::newRow("none") << 64 << ""
                              << "";
        QTest::newRow("head size") << 48 << ""
                                   << "head_dim is 48, expected 32, 64 or 128";
        QTest::newRow("bias") << 64 << "bias"
                              << "o_proj has a bias, expected none";
        QTest::newRow("biases of attention, no norms") << 64 << "qwen2"
                                                       << "";
        QTest::newRow("gates") << 64 << "gates"
                               << "queries have gates, which no kernel knows";
        QTest::newRow("delta rule") << 64 << "rule"
                                    << "a layer has the delta rule, expected attention";
        QTest::newRow("angles in part") << 64 << "part"
                                        << "norms are centred or heads turn in part, which no kernel knows";
        QTest::newRow("mixed types") << 64 << "type"
                                     << "v_proj is of another type than q_proj";
        QTest::newRow("width") << 64 << "width"
                               << "down_proj width is 252, expected a multiple of 8 up to 24000";
        QTest::newRow("gaps") << 64 << "gaps"
                              << "up_proj is of another type than float32, bfloat16, int8 and int4, or has gaps";
        QTest::newRow("type") << 64 << "half"
                              << "lm_head is of another type than float32, bfloat16, int8 and int4, or has gaps";
        QTest::newRow("blocks of a file") << 64 << "blocks"
                                          << "k_proj is stored as q8_0, which no kernel reads";
        QTest::newRow("scales of fp8") << 64 << "fp8"
                                       << "k_proj columns per scale is 24, expected a multiple of 16";
        QTest::newRow("alignment") << 64 << "shift"
                                   << "embed_tokens is not aligned to 16 bytes";
    }

    /// 16 bytes a lane, for every format that kernels read; 0 for others.
    void loadsAreWholeBlocks() {
        for (const WeightTraits& traits : weightTypes()) {
            const int columns = columnsPerLoad(traits.type);
            QCOMPARE(columns > 0, traits.onGpu);
            QCOMPARE(columns % traits.blockCols, 0);
            QCOMPARE(columns / traits.blockCols * traits.blockBytes, traits.onGpu ? 16 : 0);
        }
    }

    void obstacles() {
        QFETCH(int, headDim);
        QFETCH(QString, spoil);
        QFETCH(QString, expected);
        LanguageWeights made = weights(headDim);
        LanguageLayer& layer = made.layers.front();
        if (spoil == "bias")
            layer.attention->o.bias = at::zeros({128}, at::kBFloat16);
        if (spoil == "qwen2") {
            layer.attention->q.bias = at::zeros({4 * 64}, at::kBFloat16);
            layer.attention->qNorm = layer.attention->kNorm = {};
        }
        if (spoil == "gates")
            layer.attention->isGated = true;
        if (spoil == "rule")
            layer.attention.reset();
        if (spoil == "part")
            made.config.rotaryDim = 32;
        if (spoil == "type")
            layer.attention->v = linear(128, 128, at::kFloat);
        if (spoil == "width")
            layer.mlp.down = linear(128, 252);
        if (spoil == "gaps")
            layer.mlp.up.weight = at::zeros({256, 136}, at::kBFloat16).narrow(1, 0, 128);
        if (spoil == "half")
            made.head.weight = at::zeros({32, 128}, at::kHalf);
        if (spoil == "blocks")
            layer.attention->k.weight = packed({.type = WeightType::Q8_0, .data = at::zeros({128, 4 * 34}, at::kByte)});
        if (spoil == "fp8")
            layer.attention->k.weight = packed({.type = WeightType::Fp8,
                                                .data = at::zeros({128, 128}, at::kByte),
                                                .scales = at::ones({128, 6}),
                                                .scaleCols = 24});
        if (spoil == "shift")
            made.embedding = at::zeros({32 * 128 + 1}, at::kBFloat16).narrow(0, 1, 32 * 128).view({32, 128});
        QCOMPARE(QString::fromStdString(cudaStepObstacle(made).value_or("")), expected);
    }

    void splitsFillTheGpu() {
        QCOMPARE(attentionSplits(16, 8, 132), 33); // two CTAs for each of 132 multiprocessors, eight key heads
        QCOMPARE(attentionSplits(32, 8, 132), 33);
        QCOMPARE(attentionSplits(64, 8, 132), 17); // groups of eight take two CTAs a key head
        QCOMPARE(attentionSplits(3, 3, 2), 2);
        QCOMPARE(attentionSplits(1, 1, 1000), 64);
        QCOMPARE(attentionSplits(64, 64, 4), 1);
    }

    void stackedProductsShareTheirMemory() {
        Linear a = linear(3, 8), b = linear(5, 8);
        const at::Tensor x = at::randn({2, 8}).to(at::kBFloat16), expected = at::cat({a(x), b(x)}, 1);
        const auto stacked = stack({&a, &b});
        QVERIFY(stacked && (*stacked)(x).equal(expected));
        QVERIFY(b.weight.native().is_alias_of(stacked->weight.native()) &&
                a.weight.native().data_ptr() == stacked->weight.native().data_ptr());
        QVERIFY(at::cat({a(x), b(x)}, 1).equal(expected));
    }

    /// Pictures of equal length are one call; each must still see itself alone.
    void equalSegmentsAreSeparate() {
        const at::Tensor q = at::randn({12, 2, 8}), k = at::randn({12, 2, 8}), v = at::randn({12, 2, 8});
        const at::Tensor together = segmentAttention(q, k, v, {4, 4, 4});
        for (std::int64_t i = 0; i < 3; ++i) {
            const auto part = [&](const at::Tensor& x) { return x.narrow(0, 4 * i, 4); };
            QVERIFY(together.narrow(0, 4 * i, 4).allclose(segmentAttention(part(q), part(k), part(v), {4})));
        }
        const at::Tensor uneven = segmentAttention(q, k, v, {4, 8});
        QVERIFY(uneven.narrow(0, 0, 4).allclose(together.narrow(0, 0, 4)));
        QVERIFY(!uneven.narrow(0, 4, 4).allclose(together.narrow(0, 4, 4)));
    }

    void residualAddsBeforeTheNorm() {
        const at::Tensor start = at::randn({3, 16}), one = at::randn({3, 16}), two = at::randn({3, 16});
        const RmsNorm plain{at::ones({16})};
        Residual hidden(start);
        QVERIFY(hidden.normed(plain).equal(plain(start)));
        hidden.add(one);
        QVERIFY(hidden.normed(plain).equal(plain(start + one)));
        hidden.add(two);
        QVERIFY(hidden.settled().equal(start + one + two));
        QVERIFY(hidden.settled().equal(start + one + two));
    }

    void cacheMakesRoomInSteps() {
        KvCache cache(1, 1, 4, at::TensorOptions(at::kFloat));
        cache.reserve(10);
        cache.append(0, at::ones({10, 1, 4}), at::ones({10, 1, 4}));
        cache.advance(10);
        cache.makeRoom(0);
        QCOMPARE(cache.capacity(), 10);
        cache.makeRoom(1);
        QCOMPARE(cache.capacity(), 15);
        QVERIFY(cache.view(0, 10).keys.equal(at::ones({1, 1, 10, 4})));
    }

    /// Without a GPU pictures are prepared on the host.
    void hostPreparation() {
        const ImageInput input{test::randomScreen(5, 6, 8), "screen", {}};
        const PrunePlan plan;
        ReferenceRandom draws(plan.seed()), again(plan.seed());
        const PreparedImage here = ImagePreparer(at::kCPU)(input, plan, {}, true, draws);
        const PreparedImage host = prepareImage(input, plan, {}, true, again);
        QVERIFY(!here.picture.devicePixels() && here.picture.grid() == host.picture.grid());
        QVERIFY(here.report.mask == host.report.mask);
    }

private:
    c10::InferenceMode m_guard;
};

QTEST_APPLESS_MAIN(TestCudaTokenPlan)
#include "tst_cuda_token_plan.moc"
