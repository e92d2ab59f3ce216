#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"
#include "tests/support/hub_model.h"

#include <QtTest>
#include <csignal>

using namespace prunescope::test;
namespace fs = std::filesystem;

namespace {

const QString kName = QStringLiteral("Qwen/Qwen3-VL-2B-Instruct");

} // namespace

/// `pull` as a user runs it, against a server on this machine.
class TestPullCommand : public QObject {
    Q_OBJECT

    std::unique_ptr<ProgramRunner> m_program;
    std::unique_ptr<WebServer> m_hub, m_storage;
    const HubModel m_model = HubModel::ofFolder(tinyModel());

    std::int64_t weightBytes() const {
        return static_cast<std::int64_t>(m_model.files().at("model.safetensors").size());
    }
    void slowDown() { m_storage->add(Fault{.path = "/storage/", .pauseMs = 30}); }

    fs::path partialWeights() const {
        const fs::path hub = m_program->file("cache/huggingface/hub").toStdString();
        return hub / "models--Qwen--Qwen3-VL-2B-Instruct" / "blobs" /
               (m_model.etag("model.safetensors") + ".incomplete");
    }

    /// Starts a slow pull and waits until a part of the weights is there.
    std::unique_ptr<QProcess> startedPull() {
        slowDown();
        auto process = m_program->start({"pull", kName});
        std::error_code none;
        const bool began = QTest::qWaitFor(
            [&] { return fs::exists(partialWeights(), none) && fs::file_size(partialWeights()) > 500'000; }, 20'000);
        if (!began)
            throw std::runtime_error("the pull does not begin");
        return process;
    }

    /// Pulls again at full speed; what the server had to send of the weights.
    std::int64_t bytesToComplete() {
        m_storage->removeFaults();
        m_storage->forgetRequests();
        const ProgramResult result = m_program->run({"pull", kName});
        return result.exitCode == 0 ? m_storage->sentBytes() : -1;
    }

private Q_SLOTS:
    void init() {
        m_program = std::make_unique<ProgramRunner>();
        m_hub = std::make_unique<WebServer>();
        m_storage = std::make_unique<WebServer>();
        m_program->setVariable("HF_ENDPOINT", QString::fromStdString(m_hub->address()));
        m_program->setVariable("HF_TOKEN", "hf_secret");
        m_model.publish(*m_hub, *m_storage);
    }

    void whatWasPulledCanBeAsked() {
        const ProgramResult pulled = m_program->run({"pull", "Qwen3-VL-2B-Instruct", "--log-level", "debug"});
        QVERIFY2(pulled.exitCode == 0, pulled.err);
        QVERIFY2(pulled.out.contains("--model " + kName.toUtf8()), pulled.out);
        QVERIFY2(pulled.err.isEmpty(), pulled.err);
        const nlohmann::json models = valueAt(m_program->run({"models", "--json"}).json(), "models");
        QCOMPARE(models.size(), std::size_t{1});
        QCOMPARE(models[0]["name"], nlohmann::json(kName.toStdString()));
        QCOMPARE(models[0]["readable"], nlohmann::json(true));
        const QStringList ask{"ask",     dataFile("masks/quad_64x64.png"), "What?",    "--max-tokens", "1",  "--json",
                              "--model", "Qwen3-VL-2B-Instruct",           "--no-log", "--device",     "cpu"};
        QVERIFY(valueAt(m_program->run(ask).json(), "answer").is_string());
    }

    void theObjectSaysWhatWasDone() {
        const nlohmann::json first = m_program->run({"pull", kName, "--json"}).json();
        QCOMPARE(valueAt(first, "name"), nlohmann::json(kName.toStdString()));
        QCOMPARE(valueAt(first, "revision"), nlohmann::json("main"));
        QCOMPARE(valueAt(first, "commit"), nlohmann::json(m_model.commit()));
        QCOMPARE(valueAt(first, "files").size(), m_model.files().size());
        QCOMPARE(valueAt(first, "bytes_downloaded"), nlohmann::json(m_model.totalBytes()));
        QCOMPARE(valueAt(first, "bytes_reused"), nlohmann::json(0));
        QVERIFY(valueAt(first, "seconds").is_number());
        QVERIFY(fs::is_regular_file(fs::path(valueAt(first, "folder").get<std::string>()) / "config.json"));
        const nlohmann::json second = m_program->run({"pull", kName, "--json"}).json();
        QCOMPARE(valueAt(second, "bytes_downloaded"), nlohmann::json(0));
        QCOMPARE(valueAt(second, "bytes_reused"), nlohmann::json(m_model.totalBytes()));
        QCOMPARE(valueAt(second, "folder"), valueAt(first, "folder"));
    }

    void anotherRevisionIsFoundByItsFolder() {
        m_model.publish(*m_hub, *m_storage, "v1");
        const ProgramResult result = m_program->run({"pull", kName, "--revision", "v1"});
        QVERIFY2(result.exitCode == 0, result.err);
        QVERIFY2(result.out.contains("snapshots/" + QByteArray::fromStdString(m_model.commit()) + "\n"), result.out);
    }

    void refusals_data() {
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QStringList>("words");
        QTest::newRow("gated") << 403 << "GatedRepo" << QStringList{kName, "gated", "HF_TOKEN"};
        QTest::newRow("no access") << 401 << "" << QStringList{kName, "token", "HF_TOKEN"};
        QTest::newRow("no such model") << 404 << "RepoNotFound" << QStringList{kName, "404"};
        QTest::newRow("no such revision") << 404 << "RevisionNotFound" << QStringList{kName, "revision", "main"};
        QTest::newRow("not for everybody") << 451 << "" << QStringList{"127.0.0.1", "451"};
    }
    void refusals() {
        QFETCH(int, status);
        QFETCH(QString, code);
        QFETCH(QStringList, words);
        m_hub->add(Fault{.path = "/revision/", .status = status, .headers = {{"X-Error-Code", code.toStdString()}}});
        const ProgramResult result = m_program->run({"pull", kName, "--log-level", "debug"});
        const QByteArray problem = result.problemAsRefusal(3, words);
        QVERIFY2(problem.isEmpty(), problem);
        QVERIFY2(!result.err.contains("hf_secret"), result.err);
    }

    void settingsAreChecked_data() {
        QTest::addColumn<QString>("variable");
        QTest::addColumn<QString>("value");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("word");
        QTest::newRow("an endpoint that is none") << "HF_ENDPOINT"
                                                  << "huggingface.co" << 2 << "HF_ENDPOINT";
        QTest::newRow("nobody there") << "HF_ENDPOINT"
                                      << "http://127.0.0.1:1" << 3 << "no connection to 127.0.0.1";
        QTest::newRow("offline") << "HF_HUB_OFFLINE"
                                 << "1" << 3 << "HF_HUB_OFFLINE";
        QTest::newRow("a cache that cannot be") << "HF_HUB_CACHE"
                                                << "/dev/null/cache" << 3 << "/dev/null/cache";
    }
    void settingsAreChecked() {
        QFETCH(QString, variable);
        QFETCH(QString, value);
        QFETCH(int, code);
        QFETCH(QString, word);
        m_program->setVariable(variable, value);
        const QByteArray problem = m_program->run({"pull", kName}).problemAsRefusal(code, {word});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void damageIsNamed() {
        m_storage->add(Fault{.path = "/storage/", .flippedByte = 100});
        const ProgramResult result = m_program->run({"pull", kName});
        QCOMPARE(result.exitCode, 3);
        QVERIFY2(result.err.contains("model.safetensors came damaged twice"), result.err);
        QVERIFY(!fs::exists(partialWeights()));
    }

    void ctrlCKeepsWhatCame() {
        const auto process = startedPull();
        ::kill(static_cast<pid_t>(process->processId()), SIGINT);
        const QByteArray problem = ProgramRunner::finish(*process).problemAsRefusal(130, {"interrupted"});
        QVERIFY2(problem.isEmpty(), problem);
        const auto kept = static_cast<std::int64_t>(fs::file_size(partialWeights()));
        QVERIFY(kept > 500'000 && kept < weightBytes());
        QCOMPARE(bytesToComplete(), weightBytes() - kept);
    }

    void aKilledPullIsIncompleteUntilTheNextOne() {
        const auto process = startedPull();
        process->kill();
        ProgramRunner::finish(*process);
        const auto kept = static_cast<std::int64_t>(fs::file_size(partialWeights()));
        const nlohmann::json models = valueAt(m_program->run({"models", "--json"}).json(), "models");
        QCOMPARE(models.size(), std::size_t{1});
        QCOMPARE(models[0]["readable"], nlohmann::json(false));
        const std::string problem = models[0]["problem"];
        QVERIFY2(problem.find("prunescope pull " + kName.toStdString()) != problem.npos, problem.c_str());
        QCOMPARE(bytesToComplete(), weightBytes() - kept);
        QCOMPARE(valueAt(m_program->run({"models", "--json"}).json(), "models")[0]["readable"], nlohmann::json(true));
    }

    void theSecondOfTwoWaits() {
        const auto first = startedPull();
        const auto second = m_program->start({"pull", kName, "--json"});
        const ProgramResult waited = ProgramRunner::finish(*second);
        QCOMPARE(ProgramRunner::finish(*first).exitCode, 0);
        QCOMPARE(waited.exitCode, 0);
        QVERIFY2(waited.err.contains("another program downloads model.safetensors"), waited.err);
        QCOMPARE(valueAt(waited.json(), "bytes_downloaded"), nlohmann::json(0));
        QCOMPARE(m_storage->sentBytes(), weightBytes());
    }
};

QTEST_GUILESS_MAIN(TestPullCommand)
#include "tst_pull_command.moc"
