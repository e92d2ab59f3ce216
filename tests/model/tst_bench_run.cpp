#include "core/base/error.h"
#include "model/eval/bench_run.h"
#include "tests/support/golden.h"
#include "tests/support/pictures.h"

#include <QtTest>
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
        const BenchReport report = runBench(options, [&](const BenchCase&) { ++seen; }, {});
        QCOMPARE(seen, 2);
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
