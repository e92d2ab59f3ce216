#include "core/report/plan_cost.h"

#include <QTest>
#include <array>
#include <cmath>
#include <numeric>

using namespace prunescope;

namespace {

ModelShape shape28() {
    ModelShape shape;
    shape.name = "2b";
    shape.vitLayers = 24;
    shape.vitWidth = 1024;
    shape.vitInner = 4096;
    shape.deepstackLayers = 3;
    shape.languageWidth = 2048;
    shape.languageLayers = 28;
    shape.languageInner = 6144;
    shape.heads = 16;
    shape.kvHeads = 8;
    shape.headDim = 128;
    shape.vocab = 151936;
    return shape;
}

constexpr int kText = 64;

/// "0@0 639/2040; 2@2 319/639": stage, layer, kept of all, summed over pictures; "~" where that is an estimate.
QByteArray written(const std::vector<StageCounts>& stages) {
    QByteArrayList parts;
    for (const StageCounts& counts : stages) {
        int kept = 0, all = 0;
        for (const BlockCounts& image : counts.images) {
            kept += image.kept;
            all += image.all;
        }
        parts << (counts.exact ? "" : "~") + QByteArray::number(counts.stage) + "@" + QByteArray::number(counts.layer) +
                     " " + QByteArray::number(kept) + "/" + QByteArray::number(all);
    }
    return parts.join("; ");
}

bool near(double a, double b) {
    return std::abs(a - b) <= 1e-9 * std::abs(b);
}

} // namespace

class TestPlanCost : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void expected_data() {
        QTest::addColumn<QByteArray>("counts");
        const auto row = [](const char* plan, const char* counts) { QTest::newRow(plan) << QByteArray(counts); };
        row("input:keep_all", "");
        row("input:pred_2d", "0@0 639/2040");
        row("input:pred_2d; post:divprune,keep=1/3; llm@2:fastv,keep=1/2", "0@0 639/2040; 1@0 213/639; 2@2 106/213");
        row("input:pred_2d; post:divprune,keep=1/3,of=grid", "0@0 639/2040; 1@0 639/639");
        row("input:pred_2d; post:divprune,keep=1; llm@2:fastv,keep=1/3", "0@0 639/2040; 2@2 213/639");
        row("input:pred_2d; llm:pyramid_drop", "0@0 639/2040; 1@7 319/639; 1@14 159/319; 1@21 79/159");
        row("input:pred_2d; llm@20:vtw", "0@0 639/2040; 1@20 0/639");
        row("input:pred_2d; post:prumerge", "0@0 639/2040; ~1@0 79/639");
    }
    void expected() {
        QFETCH(QByteArray, counts);
        const std::string plan = QTest::currentDataTag();
        const std::array images{MaskedGrid{{34, 60}, 639, 2040}};
        QCOMPARE(written(expectedCounts(parsePlan(plan), images, 28)), counts);
    }

    void wholeGrids() {
        const std::array images{MaskedGrid{{34, 60}, 2040, 2040}, MaskedGrid{{3, 10}, 30, 30}};
        const auto counts = [&](const char* plan) { return written(expectedCounts(parsePlan(plan), images, 32)); };
        QCOMPARE(counts("post:pool"), QByteArray("0@0 28/2070")); // 4 x 4, and 3 x 4
        QCOMPARE(counts("post:mustdrop,keep=1/16"),
                 QByteArray("~0@0 2070/2070; ~0@3 1030/2070; ~0@7 513/1030; ~0@11 256/513; ~0@15 128/256"));
        QCOMPARE(counts("llm:mustdrop,keep=1/16"), counts("post:mustdrop,keep=1/16"));
    }

    /// Examples of uniprune spec 0 and its golden files.
    void equivalentTokensAreTheMeanOverLayers() {
        const auto equivalent = [](const char* plan, int tokens, int layers) {
            const std::array images{MaskedGrid{{1, tokens}, tokens, tokens}};
            const std::array blocks{tokens};
            return equivalentTokens(tokensPerLayer(blocks, expectedCounts(parsePlan(plan), images, layers), layers));
        };
        QCOMPARE(equivalent("input:keep_all", 576, 32), 576.0);
        QCOMPARE(equivalent("llm:vtw", 576, 32), 288.0);
        QCOMPARE(equivalent("llm:pyramid_drop", 576, 32), 270.0);
        QCOMPARE(equivalent("llm:pyramid_drop", 1280, 36), 600.0);
        QVERIFY(near(equivalent("llm:fastv,keep=1/3", 240, 36), 88.0 + 8.0 / 9));
        QVERIFY(near(equivalent("llm:fastv,keep=1/9", 576, 28), 100.5714285714286));
        QCOMPARE(equivalent("post:divprune,keep=33", 100, 36), 33.0);
    }

    /// Layers before a stage work on all tokens, those behind it on what it leaves.
    void operationsFollowTheStages() {
        const ModelShape shape = shape28();
        const std::array blocks{2040};
        const std::array images{MaskedGrid{{34, 60}, 2040, 2040}};
        const auto flops = [&](const char* text) {
            const PrunePlan plan = parsePlan(text);
            return planFlops(shape, plan, blocks, expectedCounts(plan, images, 28), kText);
        };
        const auto language = [&](int tokens) { return promptFlops(shape, {}, tokens + kText).llm; };
        const PromptFlops whole = promptFlops(shape, std::array{4 * 2040}, kText);
        const PromptFlops none = flops("input:keep_all"), post = flops("post:divprune,keep=1/3"),
                          inside = flops("llm@7:fastv,keep=1/3"), gone = flops("llm@14:vtw");
        QVERIFY(near(none.total(), whole.total()));
        for (const PromptFlops& each : {post, inside, gone}) {
            QVERIFY(near(each.vit, whole.vit));
            QVERIFY(near(each.mergers, whole.mergers));
        }
        QVERIFY(near(post.llm, language(680)));
        QVERIFY(near(inside.llm, language(2040) / 4 + language(680) * 3 / 4));
        QVERIFY(near(gone.llm, language(2040) / 2 + language(0) / 2));
    }

    /// Where pixels decide: at the input, inside the encoder, behind it.
    void theEncoderSeesWhatIsNotYetDropped() {
        const ModelShape shape = shape28();
        const std::array blocks{2040};
        const std::array images{MaskedGrid{{34, 60}, 639, 2040}};
        const auto flops = [&](const char* text) {
            const PrunePlan plan = parsePlan(text);
            return planFlops(shape, plan, blocks, expectedCounts(plan, images, 28), kText);
        };
        const PromptFlops whole = promptFlops(shape, std::array{4 * 2040}, kText),
                          kept = promptFlops(shape, std::array{4 * 639}, kText);
        QVERIFY(near(flops("input:pred_2d").total(), kept.total()));
        QVERIFY(near(flops("vit@6:pred_2d").vit, whole.vit / 4 + kept.vit * 3 / 4));
        QVERIFY(near(flops("vit@6:pred_2d").mergers, kept.mergers));
        QVERIFY(near(flops("post:pred_2d").vit, whole.vit));
        QVERIFY(near(flops("post:pred_2d").mergers, whole.mergers));
        QVERIFY(near(flops("post:pred_2d").llm, kept.llm));
        QVERIFY(near(flops("input:pred_2d; llm@14:vtw").vit, kept.vit));
    }

    void aSmallerPictureIsEncodedAsSuch() {
        const ModelShape shape = shape28();
        const std::array blocks{2040};
        const std::array images{MaskedGrid{{20, 34}, 680, 2040}};
        const PrunePlan plan = parsePlan("input:resize,keep=1/3; post:pool");
        const std::vector<StageCounts> stages = expectedCounts(plan, images, 28);
        QCOMPARE(written(stages), QByteArray("0@0 680/2040; 1@0 16/680"));
        const PromptFlops flops = planFlops(shape, plan, blocks, stages, kText);
        QVERIFY(near(flops.vit, promptFlops(shape, std::array{4 * 680}, kText).vit));
        QVERIFY(near(flops.llm, promptFlops(shape, {}, 16 + kText).llm));
    }
};

QTEST_GUILESS_MAIN(TestPlanCost)
#include "tst_plan_cost.moc"
