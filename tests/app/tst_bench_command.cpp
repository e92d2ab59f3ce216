#include "core/pruning/method.h"
#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

#include <QtTest>
#include <set>

using namespace prunescope::test;

class TestBenchCommand : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    nlohmann::json bench(const QStringList& arguments) {
        const ProgramResult result =
            m_program.run(QStringList{"bench", "--json", "--device", "cpu", "--dtype", "float32"} + arguments);
        if (result.exitCode != 0)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return result.json();
    }

    static std::set<std::string> keysOf(const nlohmann::json& object) {
        std::set<std::string> keys;
        for (const auto& [key, value] : object.items())
            keys.insert(key);
        return keys;
    }

private Q_SLOTS:
    void everyPictureWithEveryPlan() {
        const QString picture = dataFile("masks/flat_96x160.png");
        const nlohmann::json report =
            bench({picture, dataFile("qwen3vl/images/large.png"), "--model",
                   QString::fromStdString(tinyModel().string()), "--runs", "2", "--decode", "3", "--copies", "2",
                   "--plan", "input:keep_all", "--plan", "input:pred_2d,tau=0.5"});
        QCOMPARE(valueAt(report, "model"), nlohmann::json("model"));
        QVERIFY(!report.contains("shape"));
        QCOMPARE(valueAt(report, "runs"), nlohmann::json(2));
        const nlohmann::json cases = valueAt(report, "cases");
        QCOMPARE(cases.size(), std::size_t{4});
        const std::set<std::string> stages{"preprocess", "select",          "vit", "prefill", "sample",
                                           "ttft",       "decode_per_token"};
        for (const nlohmann::json& row : cases) {
            QVERIFY((keysOf(row) == std::set<std::string>{"image", "copies", "plan", "prompt_tokens",
                                                          "prompt_tokens_full", "patches", "patches_full", "median_ms",
                                                          "p90_ms", "peak_bytes", "flops", "floor_ms", "logit_error"}));
            QVERIFY(keysOf(row["median_ms"]) == stages);
            QVERIFY(keysOf(row["p90_ms"]) == stages);
            QVERIFY((keysOf(row["floor_ms"]) == std::set<std::string>{"vit", "prefill", "decode_per_token"}));
            QCOMPARE(row["copies"], nlohmann::json(2));
            QVERIFY(row["flops"].is_number());
        }
        QCOMPARE(cases[0]["image"], nlohmann::json(picture.toStdString()));
        QCOMPARE(cases[0]["patches"], cases[0]["patches_full"]);
        QCOMPARE(cases[0]["patches_full"], nlohmann::json(2 * 15 * 4));
        QVERIFY(cases[1]["patches"].get<int>() < cases[1]["patches_full"].get<int>());
        QVERIFY(cases[1]["flops"].get<double>() < cases[0]["flops"].get<double>());
    }

    void randomWeightsOfAKnownShape() {
        const nlohmann::json report =
            bench({"--shape", "tiny", "--runs", "1", "--decode", "1", "--no-resize", dataFile("masks/quad_64x64.png")});
        QCOMPARE(valueAt(report, "shape"), nlohmann::json("tiny"));
        QVERIFY(!report.contains("model"));
        const nlohmann::json cases = valueAt(report, "cases");
        QCOMPARE(cases.size(), std::size_t{1});
        QVERIFY(cases[0]["median_ms"]["ttft"].get<double>() > 0);
    }

    void theBundledModelWhereNothingIsNamed() {
        ProgramRunner program;
        program.setVariable("PRUNESCOPE_BUNDLE_MODEL", QString::fromStdString(tinyModel().string()));
        const QStringList arguments{"bench", "-",           "--json",   "--runs", "1",       "--decode",
                                    "1",     "--no-resize", "--device", "cpu",    "--dtype", "float32"};
        QFile picture(dataFile("masks/quad_64x64.png"));
        QVERIFY(picture.open(QIODevice::ReadOnly));
        const QByteArray bytes = picture.readAll();
        const nlohmann::json report = program.runReading(bytes, arguments).json();
        QCOMPARE(valueAt(report, "model"), nlohmann::json(tinyModel().filename().string()));
        QVERIFY(!report.contains("shape"));
        QCOMPARE(valueAt(report, "cases").at(0).at("image"), nlohmann::json("standard input"));
        const nlohmann::json random = program.runReading(bytes, arguments + QStringList{"--shape", "tiny"}).json();
        QCOMPARE(valueAt(random, "shape"), nlohmann::json("tiny"));
    }

    void coreAlone() {
        const ProgramResult result =
            m_program.run({"bench", "--core", "--json", "--runs", "1", dataFile("masks/quad_64x64.png")});
        QCOMPARE(result.exitCode, 0);
        const nlohmann::json report = result.json();
        QVERIFY((keysOf(report) ==
                 std::set<std::string>{"cpu", "instructions", "threads", "runs", "gpu", "copy_bytes_per_s", "cases"}));
        std::set<std::string> operations;
        for (const nlohmann::json& row : valueAt(report, "cases")) {
            operations.insert(row.at("operation").get<std::string>());
            QVERIFY(row.at("one_thread").at("median_ms").get<double>() >= 0);
            QCOMPARE(row.at("all_threads").is_null(), report["threads"] == 1);
        }
        for (const auto& method : prunescope::pixelMethods())
            if (method.drops())
                QVERIFY2(operations.contains("select " + std::string(method.name) + ", tau 0.02"), method.name.data());
        for (const char* operation : {"picture to model size", "pred_2d again, other tau, max", "changed blocks",
                                      "patch rows of kept blocks", "picture to patch rows, tau 0"})
            QVERIFY2(operations.contains(operation), operation);
        const QByteArray table =
            m_program.run({"bench", "--core", "--runs", "1", "--threads", "1", dataFile("masks/quad_64x64.png")}).out;
        for (const char* word : {"1 thread", "of copy", "select pred_2d, tau 0", "kernels"})
            QVERIFY2(table.contains(word), word);
    }

    void peopleSeeATable() {
        const ProgramResult result =
            m_program.run({"bench", "--shape", "tiny", "--runs", "1", "--decode", "1", "--no-resize",
                           dataFile("masks/quad_64x64.png"), "--device", "cpu"});
        QCOMPARE(result.exitCode, 0);
        for (const char* word :
             {"first token", "prefill", "input:pred_2d", "random weights", "native weights", "FLOP/s"})
            QVERIFY2(result.out.contains(word), word);
        QVERIFY(!result.out.contains("logits off"));
    }

    void packedWeightsSayWhatTheyLose() {
        const QStringList arguments{"--shape",  "tiny", "--runs",      "1",
                                    "--decode", "1",    "--no-resize", dataFile("masks/quad_64x64.png")};
        const nlohmann::json report = bench(arguments + QStringList{"--weights", "int8"});
        QCOMPARE(valueAt(report, "weights"), nlohmann::json("int8"));
        QVERIFY(valueAt(report, "weight_bytes").get<double>() > 0);
        const double relative = report["cases"][0]["logit_error"].at("relative_l2").get<double>();
        QVERIFY2(relative > 0 && relative < 1, std::to_string(relative).c_str());
        const ProgramResult result =
            m_program.run(QStringList{"bench", "--device", "cpu", "--weights", "int4"} + arguments);
        for (const char* word : {"int4 weights", "logits off", "of 2 tokens"})
            QVERIFY2(result.out.contains(word), word);
    }
};

QTEST_GUILESS_MAIN(TestBenchCommand)
#include "tst_bench_command.moc"
