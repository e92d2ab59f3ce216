#include "core/base/error.h"
#include "model/study/bench_run.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
#include <cmath>
#include <nlohmann/json.hpp>

using namespace prunescope;
using namespace prunescope::model;

class TestBenchRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyCaseIsReported() {
        BenchOptions options;
        options.load.folder = (test::dataFolder() / "qwen3vl/model").string();
        options.load.device = "cpu";
        options.load.dtype = "float32";
        options.images = {{test::randomScreen(3, 5, 8), "screen", {}}};
        options.plans = {parsePlan("input:keep_all"), parsePlan("input:pred_2d,tau=0.02")};
        options.copies = 2;
        options.runs = 2;
        options.decode = 3;
        int seen = 0;
        QByteArrayList actions;
        const BenchEvents events{[&](const BenchCase&) { ++seen; },
                                 [&](const std::string& action) { actions << action.c_str(); }};
        const BenchReport report = runBench(options, events, {});
        QCOMPARE(seen, 2);
        QVERIFY(actions.first().startsWith("loading the model: "));
        QVERIFY(actions.contains("measuring what this machine reaches"));
        for (const char* number : {"1", "2"})
            for (const char* run : {"warming up", "run 1 of 2", "run 2 of 2"})
                QCOMPARE(actions.count(QByteArray("measuring case ") + number + " of 2: " + run), 1);
        const nlohmann::json json = toJson(report);
        QCOMPARE(json.at("runs").get<int>(), 2);
        QCOMPARE(json.at("model").get<std::string>(), std::string("model"));
        const auto& full = json.at("cases").at(0);
        const auto& pruned = json.at("cases").at(1);
        QCOMPARE(full.at("patches").get<int>(), 2 * 60);
        QCOMPARE(full.at("prompt_tokens").get<int>(), full.at("prompt_tokens_full").get<int>());
        QCOMPARE(full.at("prompt_tokens").get<int>(), 2 * (15 + 2) + 40 + 8);
        QVERIFY(pruned.at("patches").get<int>() < 120);
        QVERIFY(pruned.at("flops").get<double>() < full.at("flops").get<double>());
        for (const auto& one : json.at("cases"))
            for (const char* stage : {"preprocess", "select", "vit", "prefill", "sample", "ttft", "decode_per_token"}) {
                QVERIFY2(one.at("median_ms").at(stage).get<double>() > 0, stage);
                QVERIFY2(one.at("p90_ms").at(stage).get<double>() >= one.at("median_ms").at(stage).get<double>(),
                         stage);
            }
        for (const char* stage : {"vit", "prefill", "decode_per_token"})
            QVERIFY(full.at("floor_ms").at(stage).get<double>() > 0);
    }

    /// Packed weights are measured against native ones: both formats lose something, int4 more.
    void packedWeightsSayWhatTheyLose() {
        BenchOptions options;
        options.shape = "tiny";
        options.load.device = "cpu";
        options.load.dtype = "float32";
        options.images = {{test::randomScreen(4, 4, 8), "screen", {}}};
        options.plans = {parsePlan("input:keep_all"), parsePlan("input:pred_2d")};
        options.runs = 1;
        options.decode = 2;
        const BenchReport native = runBench(options, {}, {});
        QVERIFY(toJson(native).at("cases").at(0).at("logit_error").is_null());
        double lost = 0;
        for (const char* weights : {"int8", "int4"}) {
            options.load.weights = weights;
            const BenchReport report = runBench(options, {}, {});
            QCOMPARE(report.weights, std::string(weights));
            QVERIFY(report.weightBytes < native.weightBytes / 3);
            for (std::size_t i = 0; i < report.cases.size(); ++i) {
                const StageTimes& floor = report.cases[i].floorMs;
                QVERIFY(floor.ms("decode_per_token") * report.copyBytesPerSecond <
                        native.cases[i].floorMs.ms("decode_per_token") * native.copyBytesPerSecond / 3);
                const nlohmann::json error = toJson(report).at("cases").at(i).at("logit_error");
                QCOMPARE(error.at("tokens").get<int>(), 3);
                const double share = error.at("tokens_agree").get<double>() * 3;
                QVERIFY(share >= 0 && share <= 3 && share == std::round(share));
                QVERIFY(error.at("first_token_agrees").get<bool>() ? share >= 1 : share <= 2);
            }
            const double relative = report.cases.front().logitError.value().relativeL2;
            QVERIFY2(relative > lost && relative < 1, std::to_string(relative).c_str());
            lost = relative;
        }
    }

    void randomWeightsOfAShape() {
        BenchOptions options;
        options.shape = "tiny";
        options.load.device = "cpu";
        options.images = {{test::randomScreen(4, 4, 8), "screen", {}}};
        options.plans = {parsePlan("input:pred_2d")};
        options.runs = 1;
        options.decode = 0;
        QCOMPARE(toJson(runBench(options, {}, {})).at("shape").get<std::string>(), std::string("tiny"));
        options.shape = "70b";
        QVERIFY_EXCEPTION_THROWN(runBench(options, {}, {}), Error);
    }
};

QTEST_APPLESS_MAIN(TestBenchRun)
#include "tst_bench_run.moc"
