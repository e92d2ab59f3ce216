#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

#include <QtTest>
#include <fstream>

using namespace prunescope::test;
namespace fs = std::filesystem;

/// LoRA adapters on the command line: where they and their bases are found.
class TestAdapters : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    fs::path models() const { return m_program.dataHome() / "prunescope" / "models"; }

    /// A golden adapter in `folder`, with another base.
    static void copyAdapter(const fs::path& folder, const std::string& base) {
        fs::create_directories(folder.parent_path());
        fs::copy(fs::path(dataFile("adapters/plain").toStdString()), folder);
        fs::remove(folder / "expected.safetensors");
        nlohmann::json config = nlohmann::json::parse(std::ifstream(folder / "adapter_config.json"));
        config["base_model_name_or_path"] = base;
        config["lora_alpha"] = 400; // that the words change
        std::ofstream(folder / "adapter_config.json") << config.dump();
    }

    ProgramResult ask(const QStringList& options) const {
        return m_program.run(QStringList{"ask", dataFile("masks/quad_64x64.png"), "What?", "--max-tokens", "8",
                                         "--json", "--no-log", "--device", "cpu", "--dtype", "float32"} +
                             options);
    }
    nlohmann::json tokens(const QStringList& options) const {
        const ProgramResult result = ask(options);
        if (result.exitCode != 0)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return valueAt(result.json(), "token_ids");
    }

private Q_SLOTS:
    void init() {
        fs::remove_all(m_program.dataHome());
        m_program.setVariable("HF_HUB_CACHE", QString::fromStdString((m_program.dataHome() / "hub").string()));
    }

    void everyWayToNameAnAdapterAnswersAlike() {
        const ModelCopy base(m_program.dataHome() / "base");
        const QString model = QString::fromStdString(base.folder().string());
        const fs::path folder = m_program.dataHome() / "run" / "checkpoint-5";
        copyAdapter(folder, base.folder().string());
        const QString adapter = QString::fromStdString(folder.string());
        const nlohmann::json plain = tokens({"--model", model});
        const ProgramResult adapted = ask({"--model", model, "--adapter", adapter});
        QCOMPARE(valueAt(adapted.json(), "adapter"), nlohmann::json("run/checkpoint-5"));
        QCOMPARE(valueAt(adapted.json(), "model"), nlohmann::json("base + run/checkpoint-5"));
        const nlohmann::json changed = valueAt(adapted.json(), "token_ids");
        QVERIFY(changed.is_array() && changed != plain);
        QCOMPARE(tokens({"--adapter", adapter}), changed);
        QCOMPARE(tokens({"--model", adapter}), changed);
        QCOMPARE(tokens({"--model", adapter, "--adapter", "none"}), plain);
        for (const char* file : {"adapter_config.json", "adapter_model.safetensors"})
            fs::copy(folder / file, base.folder());
        QCOMPARE(tokens({"--model", model}), changed); // as transformers 5 loads such a folder
        QCOMPARE(tokens({"--model", model, "--adapter", "none"}), plain);
    }

    void modelsListsAdapters() {
        const ModelCopy base(m_program.dataHome() / "hub" / "models--some--base" / "snapshots" / "aaa");
        copyAdapter(models() / "cats", "some/base");
        copyAdapter(models() / "dogs", "some/missing");
        copyAdapter(m_program.dataHome() / "hub" / "models--some--birds" / "snapshots" / "bbb", "some/base");
        copyAdapter(m_program.dataHome() / "hub" / "models--some--fish" / "snapshots" / "ccc", "some/missing");
        const nlohmann::json found = valueAt(m_program.run({"models", "--json"}).json(), "models");
        QCOMPARE(found.size(), std::size_t{4}); // not the fish: nothing says that its base is one of ours
        QCOMPARE(found[0]["name"], nlohmann::json("cats"));
        QCOMPARE(found[0]["adapter_of"], nlohmann::json("some/base"));
        QCOMPARE(found[0]["readable"], nlohmann::json(true));
        QCOMPARE(found[1]["readable"], nlohmann::json(false));
        QVERIFY(found[1]["problem"].get<std::string>().find("its base some/missing is not here") != std::string::npos);
        QCOMPARE(found[2]["name"], nlohmann::json("some/base"));
        QVERIFY(!found[2].contains("adapter_of"));
        QCOMPARE(found[3]["name"], nlohmann::json("some/birds"));
        QVERIFY(m_program.run({"models"}).out.contains("adapter of some/base"));
        QVERIFY(tokens({"--adapter", "birds"}).is_array());
    }

    void whatIsWrongIsOneLine_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QStringList>("words");
        const QString model = QString::fromStdString(tinyModel().string());
        QTest::newRow("no adapter") << QStringList{"--model", model, "--adapter", model}
                                    << QStringList{"adapter_config.json", "expected the folder of an adapter"};
        QTest::newRow("no such name") << QStringList{"--model", model, "--adapter", "nothing"}
                                      << QStringList{"--adapter", "\"nothing\"", "prunescope models"};
        QTest::newRow("no base") << QStringList{"--adapter", dataFile("adapters/plain")}
                                 << QStringList{"someone/qwen3vl-test", "--model BASE --adapter"};
    }

    void whatIsWrongIsOneLine() {
        QFETCH(QStringList, options);
        QFETCH(QStringList, words);
        const QByteArray problem = ask(options).problemAsRefusal(3, words);
        QVERIFY2(problem.isEmpty(), problem);
    }
};

QTEST_GUILESS_MAIN(TestAdapters)
#include "tst_adapters.moc"
