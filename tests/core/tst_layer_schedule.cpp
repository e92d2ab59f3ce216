#include "core/base/error.h"
#include "core/pruning/layer_schedule.h"
#include "core/pruning/pixel_options.h"
#include "core/pruning/step_counts.h"

#include <QTest>
#include <vector>

using namespace prunescope;

namespace {

std::vector<int> layersOf(const std::string& plan, int languageLayers) {
    return stepLayers(parsePlan(plan).stages.back(), languageLayers);
}

/// What each step leaves of `tokens`.
std::vector<int> countsOf(const std::string& plan, int tokens, int languageLayers) {
    const MethodSettings settings = parsePlan(plan).stages.back().settings;
    const int steps = static_cast<int>(layersOf(plan, languageLayers).size());
    const int goal = tokenGoal(settings, tokens, tokens);
    std::vector<int> counts;
    int left = tokens;
    for (int step = 0; step < steps; ++step)
        counts.push_back(left = plannedStep(settings, {step, steps, tokens, left, goal}).total());
    return counts;
}

using Numbers = std::vector<int>;

} // namespace

class TestLayerSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void layers_data() {
        QTest::addColumn<int>("of");
        QTest::addColumn<Numbers>("layers");
        const auto row = [](const char* plan, int of, Numbers layers) {
            QTest::addRow("%s of %d", plan, of) << of << layers;
        };
        row("llm:fastv", 28, {2});
        row("llm:fastv", 4, {2});
        row("llm@1:fastv", 4, {1});
        row("llm:random,keep=1/2", 36, {2});
        row("llm:vtw", 32, {16});
        row("llm:vtw", 4, {2});
        row("llm:ivc_prune", 28, {16});
        row("llm:ivc_prune", 36, {20});
        row("llm:ivc_prune", 4, {3});
        row("llm:pyramid_drop", 32, {8, 16, 24});
        row("llm:pyramid_drop", 34, {9, 17, 26});
        row("llm:pyramid_drop", 6, {2, 3, 5});
        row("llm:pyramid_drop", 4, {2, 3});
        row("llm@10:pyramid_drop", 32, {10, 16, 24});
        row("llm@20:pyramid_drop", 32, {20, 21, 24});
        row("llm@31:pyramid_drop", 32, {31});
        row("llm:sparsevlm", 32, {3, 7, 16});
        row("llm:sparsevlm", 28, {3, 6, 14});
        row("llm:sparsevlm", 4, {3});
        row("llm:mustdrop", 32, {3, 7, 11, 15});
        row("post:mustdrop", 32, {3, 7, 11, 15});
        row("llm:mustdrop", 4, {3});
        row("post:divprune", 28, {});
        row("post:random,keep=1/2", 28, {});
        row("input:random,keep=1/2", 28, {});
        row("llm@28:fastv", 28, {});
    }
    void layers() {
        QFETCH(int, of);
        QFETCH(Numbers, layers);
        const QByteArray name = QTest::currentDataTag();
        QCOMPARE(layersOf(name.left(name.indexOf(" of ")).toStdString(), of), layers);
    }

    /// Walks the methods: on every model of three layers or more something happens, at rising layers of that model.
    void layersRiseOnEveryModel() {
        for (const MethodEntry& method : methods())
            for (int layers = 3; method.layers && layers <= 96; ++layers)
                for (const int first : {0, 1, layers - 1}) {
                    const std::vector<int> steps = risingSteps(first, method.layers(layers), layers);
                    if (method.name == "ivc_prune" && layers == 3 && first == 0)
                        continue; // after the features of DeepStack: one more layer
                    QVERIFY2(!steps.empty(), method.name.data());
                    QVERIFY(steps.front() >= (first == 1 ? 1 : 2) && steps.back() < layers);
                    for (std::size_t i = 1; i < steps.size(); ++i)
                        QVERIFY2(steps[i] > steps[i - 1], method.name.data());
                }
    }

    void counts_data() {
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("of");
        QTest::addColumn<Numbers>("counts");
        const auto row = [](const char* plan, int tokens, int of, Numbers counts) {
            QTest::addRow("%s of %d, %d layers", plan, tokens, of) << tokens << of << counts;
        };
        row("llm:fastv,keep=1/3", 576, 32, {192});
        row("llm:fastv,keep=300", 200, 32, {200});
        row("llm:fastv,keep=1/3", 1, 32, {1});
        row("llm:vtw", 576, 32, {0});
        row("llm:pyramid_drop", 576, 32, {288, 144, 72});
        row("llm:pyramid_drop", 577, 32, {288, 144, 72});
        row("llm:pyramid_drop", 576, 4, {288, 72}); // the last takes the final count
        row("llm:pyramid_drop,ratio=1/3", 100, 32, {33, 11, 3});
        row("llm:pyramid_drop,ratio=0.999999999", 8160, 32, {8159, 8159, 8159});
        row("llm:pyramid_drop,ratio=1", 8160, 32, {8160, 8160, 8160});
        row("llm:pyramid_drop,ratio=1/999999999", 8160, 32, {1, 1, 1});
        row("llm:pyramid_drop,keep=1/8", 576, 32, {288, 144, 72});
        row("llm:pyramid_drop,keep=1/9", 576, 4, {192, 64});
        row("llm:sparsevlm,no-recycle", 576, 32, {300, 200, 110});
        row("llm:sparsevlm,no-recycle,preset=64", 576, 32, {66, 30, 17});
        row("llm:sparsevlm,no-recycle", 576, 4, {110});
        row("llm:sparsevlm", 576, 32, {309, 204, 113}); // 276 dropped, 83 recycled, 9 groups; 109, 33, 4; 94, 29, 3
        row("llm:sparsevlm", 1, 32, {1, 1, 1});
        row("llm:sparsevlm,no-recycle,keep=110", 576, 32, {300, 200, 110});
        row("llm:mustdrop,keep=1/16", 4096, 32, {2048, 1024, 512, 256});
        row("llm:mustdrop,preset=64", 576, 4, {64});
    }
    void counts() {
        QFETCH(int, tokens);
        QFETCH(int, of);
        QFETCH(Numbers, counts);
        const QByteArray name = QTest::currentDataTag();
        QCOMPARE(countsOf(name.left(name.indexOf(" of ")).toStdString(), tokens, of), counts);
    }

    /// Walks the methods: a budget is what is left in the end, and no step adds tokens.
    void budgetsAreMetByTheLastStep() {
        for (const MethodEntry& method : methods()) {
            if (!method.layers || !method.option(kKeep.name))
                continue;
            for (const int layers : {4, 28, 36})
                for (const int tokens : {1, 2, 3, 7, 33, 240, 2040})
                    for (const char* keep : {"1/9", "2/9", "1/3", "1/2", "5"}) {
                        const std::string plan = "llm:" + std::string(method.name) + ",keep=" + keep;
                        const std::vector<int> counts = countsOf(plan, tokens, layers);
                        QVERIFY2(counts.back() == TokenBudget::parse(keep)->tokensOf(tokens), plan.c_str());
                        int before = tokens;
                        for (const int count : counts)
                            QVERIFY2(count >= 1 && count <= std::exchange(before, count), plan.c_str());
                    }
        }
    }

    void sharesOfWhatIsLeftOrOfTheGrid() {
        const auto goal = [](const char* plan) { return tokenGoal(parsePlan(plan).stages.back().settings, 100, 240); };
        QCOMPARE(goal("post:divprune,keep=1/4"), 25);
        QCOMPARE(goal("post:divprune,keep=1/4,of=grid"), 60);
        QCOMPARE(goal("post:divprune,keep=1/2,of=grid"), 100);
        QCOMPARE(goal("post:divprune,keep=90"), 90);
        QCOMPARE(goal("post:prumerge"), 100);
    }

    void methodsAfterTheEncoder() {
        const auto count = [](const char* plan, int left) {
            return plannedChoice(parsePlan(plan).stages.back().settings, left, {6, 40});
        };
        QCOMPARE(count("post:divprune,keep=1/3", 240).total(), 80);
        QCOMPARE(count("post:pool", 240).total(), 16);
        QCOMPARE(count("post:pool,side=10", 240).total(), 60);
        QVERIFY(count("post:pool", 240).exact);
        QVERIFY(!count("post:prumerge", 240).exact);
        QVERIFY(count("post:prumerge,keep=1/3", 240).exact);
    }

    void groupsOfRecycledTokens() {
        QCOMPARE(recycledOf(0), 0);
        QCOMPARE(recycledOf(1), 1);
        QCOMPARE(recycledOf(276), 83);
        QCOMPARE(groupsOf(0), 0);
        QCOMPARE(groupsOf(9), 1);
        QCOMPARE(groupsOf(83), 9);
    }

    void plansAreCheckedAgainstAModel() {
        checkSchedule(parsePlan("input:pred_2d; post:divprune; llm@27:fastv"), 28);
        checkSchedule(parsePlan("llm:pyramid_drop"), 3);
        try {
            checkSchedule(parsePlan("llm@2:fastv; llm@28:vtw"), 28);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(QByteArray(error.what()), QByteArray("plan: 'llm@28:vtw' is found with a model of 28 language "
                                                          "layers, expected K from 1 to 27"));
        }
    }
};

QTEST_GUILESS_MAIN(TestLayerSchedule)
#include "tst_layer_schedule.moc"
