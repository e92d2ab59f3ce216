#include "core/records/record_writer.h"
#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"

#include <QFile>
#include <QtTest>
#include <fstream>

using namespace prunescope;
using namespace prunescope::test;
namespace fs = std::filesystem;

/// `export` and `models`: what is on this machine.
class TestHistoryCommands : public QObject {
    Q_OBJECT

    ProgramRunner m_program;

    void log(const std::string& question) {
        RecordWriter(m_program.logFile().string())
            .append(makeRecord("session", question, {{"answer", "yes, it is"}, {"times_ms", {{"ttft", 1.5}}}}));
    }

    nlohmann::json models(const QStringList& more = {}) {
        return valueAt(m_program.run(QStringList{"models", "--json"} + more).json(), "models");
    }

    fs::path hub() const { return m_program.file("cache/huggingface/hub").toStdString(); }

private Q_SLOTS:
    void init() {
        fs::remove_all(m_program.dataHome());
        fs::remove_all(hub());
    }

    void anEmptyHistory() {
        const ProgramResult lines = m_program.run({"export"});
        QCOMPARE(lines.exitCode, 0);
        QVERIFY(lines.out.isEmpty());
        QVERIFY(lines.err.contains("interactions.jsonl"));
        const ProgramResult table = m_program.run({"export", "--format", "csv"});
        QVERIFY(table.out.startsWith("id,time,session,"));
        QCOMPARE(table.out.count('\n'), 1);
        const ProgramResult times = m_program.run({"export", "--format", "times"});
        QVERIFY(times.out.startsWith("time,session,images,plan,") && !times.out.contains("question"));
        QCOMPARE(times.out.count('\n'), 1);
    }

    void aLogThatWasNamedMustExist() {
        const auto result = m_program.run({"export", "--log", "nowhere.jsonl"});
        const QByteArray problem = result.problemAsRefusal(3, {"--log", "nowhere.jsonl"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void linesAreExportedAsTheyAre() {
        log("one");
        log("two");
        QFile file(QString::fromStdString(m_program.logFile().string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(m_program.run({"export"}).out, file.readAll());
    }

    void damagedLinesAreReported() {
        log("one");
        std::ofstream(m_program.logFile(), std::ios::app) << "damaged\n";
        const ProgramResult result = m_program.run({"export", "--json"});
        QCOMPARE(valueAt(result.json(), "skipped"), nlohmann::json(1));
        QCOMPARE(valueAt(result.json(), "records").size(), std::size_t{1});
        QVERIFY2(result.err.contains("1 damaged"), result.err);
    }

    /// The history is never replaced by what was made of it, nor taken from something that is none.
    void theHistoryIsSafe() {
        log("one");
        const QString history = QString::fromStdString(m_program.logFile().string());
        const auto before = fs::file_size(m_program.logFile());
        QByteArray problem =
            m_program.run({"export", "--format", "csv", "--out", history}).problemAsRefusal(2, {"--out", "another"});
        QVERIFY2(problem.isEmpty(), problem);
        QCOMPARE(fs::file_size(m_program.logFile()), before);
        problem = m_program.run({"export", "--log", dataFile("masks/quad_64x64.png")})
                      .problemAsRefusal(3, {"quad_64x64.png"});
        QVERIFY2(problem.isEmpty(), problem);
        problem = m_program.run({"export", "--log", "/dev/zero"}).problemAsRefusal(3, {"/dev/zero"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void tablesAreSafeForSpreadsheets() {
        log("=1+1");
        const ProgramResult result = m_program.run({"export", "--format=csv"});
        QVERIFY2(result.out.contains(",'=1+1,\"yes, it is\","), result.out);
        QVERIFY(result.out.endsWith("\r\n"));
    }

    /// A page of its own: words are words, and pictures are those that are there, as they may be seen.
    void aPage() {
        const QString picture = m_program.file("shot.png");
        QVERIFY(QFile::copy(dataFile("masks/quad_64x64.png"), picture));
        const ProgramResult masked = m_program.run({"mask", picture, "--json", "--redact", "0,0,32,32"});
        nlohmann::json answer{{"answer", "<b>here</b>"},
                              {"plan", "input:pred_2d"},
                              {"images", {masked.json()}},
                              {"times_ms", {{"vit", 3.0}, {"ttft", 4.0}, {"total", 9.0}}},
                              {"redacted", {{0, 0, 32, 32}}}};
        answer["regions"] = {{{"kind", "box"}, {"label", "\"Save\""}, {"px", {1, 2, 30, 40}}},
                             {{"kind", "point"}, {"label", ""}, {"px", {5, 6}}}};
        RecordWriter(m_program.logFile().string()).append(makeRecord("session", "<script>x</script>", answer));
        const QByteArray page = m_program.run({"export", "--format", "html"}).out;
        QVERIFY(page.startsWith("<!DOCTYPE html>") && page.endsWith("</body></html>\n"));
        QVERIFY2(page.contains("&lt;script&gt;x&lt;/script&gt;") && !page.contains("<script"), page);
        QVERIFY(page.contains("&lt;b&gt;here&lt;/b&gt;") && page.contains("&quot;Save&quot;"));
        QVERIFY(page.contains("<rect x=\"1.0\" y=\"2.0\" width=\"29.0\" height=\"38.0\">") && page.contains("<circle"));
        QVERIFY(page.contains("data:image/png;base64,") && !page.contains("http"));
        QVERIFY(QFile::remove(picture));
        const QByteArray without = m_program.run({"export", "--format", "html"}).out;
        QVERIFY2(without.contains("shot.png is not here any more") && !without.contains("data:image"), without);
    }

    void aPageOfWhatAnotherProgramWrote() {
        RecordWriter(m_program.logFile().string())
            .append(makeRecord("session", "q",
                               {{"images", {1, {{"image", 7}}, "x"}}, {"regions", 3}, {"times_ms", "none"}}));
        const ProgramResult result = m_program.run({"export", "--format", "html"});
        QCOMPARE(result.exitCode, 0);
        QVERIFY2(result.out.contains("can't be shown") && result.out.contains("1 question."), result.out);
        const QString out = m_program.file("page.html");
        QVERIFY(m_program.run({"export", "--format", "html", "--out", out}).out.contains("1 question written"));
    }

    void exportToAFile() {
        log("one");
        const QString out = m_program.file("history.csv");
        const ProgramResult result = m_program.run({"export", "--format", "csv", "--out", out, "--json"});
        QCOMPARE(result.exitCode, 0);
        QCOMPARE(valueAt(result.json(), "count"), nlohmann::json(1));
        QCOMPARE(valueAt(result.json(), "out"), nlohmann::json(out.toStdString()));
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll().count('\n'), 2);
    }

    void exportedFilesAreForTheirOwner() {
        log("one");
        const QString out = m_program.file("private.csv");
        QCOMPARE(m_program.run({"export", "--format", "csv", "--out", out}).out,
                 "1 question written to " + out.toUtf8() + "\n");
        QCOMPARE(QFile::permissions(out) & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    }

    void exportToWhatIsOpenAlready() {
        log("one");
        const QByteArray plain = m_program.run({"export"}).out;
        QCOMPARE(plain.count('\n'), 1);
        QCOMPARE(m_program.run({"export", "--out", "-"}).out, plain);
        QVERIFY(m_program.run({"export", "--out", "/dev/stdout"}).out.startsWith(plain));
        QCOMPARE(m_program.run({"export", "--out", "/dev/null"}).exitCode, 0);
        QVERIFY(std::filesystem::is_character_file("/dev/null") && std::filesystem::is_symlink("/dev/stdout"));
    }

    void damagedLinesAreCounted_data() {
        QTest::addColumn<int>("lines");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("one") << 1 << QByteArray(": 1 damaged line was skipped");
        QTest::newRow("two") << 2 << QByteArray(": 2 damaged lines were skipped");
    }
    void damagedLinesAreCounted() {
        QFETCH(int, lines);
        QFETCH(QByteArray, said);
        log("one");
        std::ofstream out(m_program.logFile(), std::ios::app);
        for (int i = 0; i < lines; ++i)
            out << "{\"torn\n";
        out.close();
        const ProgramResult result = m_program.run({"export"});
        QVERIFY2(result.err.contains(said), result.err);
    }

    void exportToAPlaceThatIsNot() {
        log("one");
        const QString out = m_program.file("missing/history.csv");
        const QByteArray problem = m_program.run({"export", "--out", out}).problemAsRefusal(3, {out});
        QVERIFY2(problem.isEmpty(), problem);
    }

    void noModels() {
        const nlohmann::json none = models();
        QVERIFY(none.is_array() && none.empty());
        const ProgramResult table = m_program.run({"models"});
        QCOMPARE(table.exitCode, 0);
        QVERIFY2(table.out.contains("prunescope/models") && table.out.contains("huggingface/hub"), table.out);
    }

    void modelsInTheDataFolderAndTheHubCache() {
        const ModelCopy own(m_program.dataHome() / "prunescope" / "models" / "mine");
        const ModelCopy broken(m_program.dataHome() / "prunescope" / "models" / "torn");
        broken.truncate("model.safetensors", 0.5);
        const fs::path repository = hub() / "models--Qwen--Qwen3-VL-2B-Instruct";
        const ModelCopy old(repository / "snapshots" / "bbb");
        const ModelCopy current(repository / "snapshots" / "aaa");
        fs::create_directories(repository / "refs");
        std::ofstream(repository / "refs" / "main") << "aaa";
        const ModelCopy other(hub() / "models--some--other-model" / "snapshots" / "ccc");
        other.edit("config.json", [](nlohmann::json& json) {
            json["model_type"] = "llama";
            json["architectures"] = {"LlamaForCausalLM"};
        });

        const ModelCopy renamed(hub() / "models--some--renamed-model" / "snapshots" / "ddd");
        renamed.edit("config.json",
                     [](nlohmann::json& json) { json["architectures"] = {"AnyForConditionalGeneration"}; });
        const ModelCopy bare(hub() / "models--some--without-config" / "snapshots" / "eee");
        fs::remove(bare.file("config.json"));

        const nlohmann::json found = models();
        QCOMPARE(found.size(), std::size_t{4});
        QCOMPARE(found[0]["name"], nlohmann::json("mine"));
        QCOMPARE(found[0]["architecture"], nlohmann::json("Qwen3VLForConditionalGeneration"));
        QCOMPARE(found[0]["readable"], nlohmann::json(true));
        QCOMPARE(found[0]["size_bytes"].get<std::uintmax_t>(), fs::file_size(own.file("model.safetensors")));
        QCOMPARE(found[1]["readable"], nlohmann::json(false));
        QVERIFY(found[1]["problem"].get<std::string>().find("model.safetensors") != std::string::npos);
        QCOMPARE(found[2]["name"], nlohmann::json("Qwen/Qwen3-VL-2B-Instruct"));
        QCOMPARE(found[2]["folder"], nlohmann::json(current.folder().string()));
        QCOMPARE(found[3]["name"], nlohmann::json("some/renamed-model")); // known by its model_type alone
        QCOMPARE(found[3]["readable"], nlohmann::json(true));

        const QStringList ask{"ask",      dataFile("masks/quad_64x64.png"),
                              "What?",    "--max-tokens",
                              "1",        "--json",
                              "--no-log", "--device",
                              "cpu",      "--model"};
        for (const char* name : {"mine", "Qwen/Qwen3-VL-2B-Instruct", "Qwen3-VL-2B-Instruct"})
            QVERIFY2(valueAt(m_program.run(ask + QStringList{name}).json(), "answer").is_string(), name);
    }
};

QTEST_GUILESS_MAIN(TestHistoryCommands)
#include "tst_history_commands.moc"
