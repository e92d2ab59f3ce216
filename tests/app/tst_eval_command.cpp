#include "core/image/image_file.h"
#include "model/datasets/question_set_writer.h"
#include "tests/app/model_copy.h"
#include "tests/app/program_runner.h"
#include "tests/support/pictures.h"

#include <QFile>
#include <QtTest>
#include <csignal>
#include <fstream>
#include <set>

using namespace prunescope;
using namespace prunescope::test;

namespace {

const QStringList kModel{"--model", QString::fromStdString(tinyModel().string()), "--device", "cpu", "--dtype",
                         "float32"};
const QStringList kPlans{"--plan", "input:keep_all",       "--plan", "input:pred_2d,tau=0.02",
                         "--plan", "input:random,tau=0.02"};

} // namespace

/// `eval` with the tiny model of random weights, which answers noise, on three pictures.
class TestEvalCommand : public QObject {
    Q_OBJECT

    ProgramRunner m_program;
    QString m_data;

    QStringList words(const QStringList& more) const { return QStringList{"eval", m_data} + kModel + more; }

    ProgramResult eval(const QStringList& more) const {
        ProgramResult result = m_program.run(words(more));
        if (result.exitCode != 0)
            qWarning("exit code %d: %s", result.exitCode, result.err.constData());
        return result;
    }

    static int lines(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? static_cast<int>(file.readAll().count('\n')) : -1;
    }

    QByteArray refusal(int code, const QStringList& expected, const QStringList& more) const {
        return m_program.run(words(more)).problemAsRefusal(code, expected);
    }

private Q_SLOTS:
    void initTestCase() {
        m_data = m_program.file("set.jsonl");
        model::QuestionSetWriter writer(m_data.toStdString());
        for (std::uint32_t i = 0; i < 3; ++i)
            writer.add({"screen",
                        {{"screen", randomScreen(3, 5, i), false}},
                        {{"locate", "Where is Save?", "there", PixelBox{0, 0, 160, 96}},
                         {"read", "What is written here?", "Save", {}},
                         {"checked", "Is it on?", "yes", {}}}});
    }

    void theObjectSaysWhatWasMeasured() {
        const nlohmann::json report = eval(kPlans + QStringList{"--json", "--max-tokens", "3"}).json();
        QCOMPARE(valueAt(report, "data"), nlohmann::json(m_data.toStdString()));
        QCOMPARE(valueAt(report, "pictures"), nlohmann::json(3));
        QCOMPARE(valueAt(report, "interrupted"), nlohmann::json(false));
        QCOMPARE(valueAt(report, "max_tokens"), nlohmann::json(3));
        QCOMPARE(valueAt(report, "set"), nlohmann::json("set"));
        QCOMPARE(valueAt(report, "prompt_style"), nlohmann::json("plain"));
        QCOMPARE(valueAt(report, "skipped"), nlohmann::json::array());
        for (const char* name : {"model", "device", "dtype", "weights", "min_pixels", "max_pixels", "resize"})
            QVERIFY2(report.contains(name), name);
        const nlohmann::json plans = valueAt(report, "plans");
        QCOMPARE(plans.size(), std::size_t{3});
        for (const nlohmann::json& plan : plans) {
            QCOMPARE(valueAt(plan, "questions"), nlohmann::json(9));
            QCOMPARE(valueAt(plan, "tasks").size(), std::size_t{3});
            for (const char* name : {"accuracy", "kept_share", "prompt_tokens", "prompt_tokens_full", "answer_tokens",
                                     "ttft_ms", "total_ms"})
                QVERIFY2(valueAt(plan, name).is_number(), name);
            QVERIFY(plan["ttft_ms"].get<double>() > 0 && plan["answer_tokens"].get<double>() <= 3);
            QVERIFY(plan.contains("paired") == (plan != plans[0]));
            QVERIFY(plan.contains("difference") == (plan != plans[0]));
            QCOMPARE(plan["retain_ratio"]["questions"], plan["kept_share"]);
            for (const char* name : {"undecided", "method_ms", "prefill_ms"})
                QVERIFY2(valueAt(plan, name).is_number(), name);
        }
        QCOMPARE(plans[0]["plan"], nlohmann::json("input:keep_all"));
        QCOMPARE(plans[0]["kept_share"], nlohmann::json(1.0));
        QVERIFY(plans[1]["kept_share"].get<double>() < 1);
        QCOMPARE(plans[1]["kept_share"], plans[2]["kept_share"]); // random keeps as many blocks
        QVERIFY(plans[1]["prompt_tokens"].get<double>() < plans[0]["prompt_tokens"].get<double>());
    }

    /// What an evaluation says of a question is what `ask` says of it.
    void answersAreThoseOfAsk() {
        const QString out = m_program.file("same.jsonl");
        eval(kPlans + QStringList{"--max-tokens", "5", "--limit", "1", "--out", out});
        std::ifstream in(out.toStdString());
        std::string line;
        std::getline(in, line); // what was measured
        int seen = 0;
        for (; std::getline(in, line); ++seen) {
            const nlohmann::json record = nlohmann::json::parse(line);
            const nlohmann::json answer =
                m_program
                    .run(QStringList{"ask", m_program.file("set/000000.png"),
                                     QString::fromStdString(record.at("asked").get<std::string>()), "--json",
                                     "--no-log", "--max-tokens", "5", "--plan",
                                     QString::fromStdString(record.at("plan").get<std::string>())} +
                         kModel)
                    .json();
            QCOMPARE(record.at("answer"), valueAt(answer, "answer"));
            QCOMPARE(record.at("prompt_tokens"), valueAt(answer, "prompt_tokens"));
            QCOMPARE(record.at("kept"), valueAt(answer["images"][0], "kept"));
        }
        QCOMPARE(seen, 9);
    }

    void peopleReadATable() {
        const ProgramResult result = eval(kPlans + QStringList{"--max-tokens", "2"});
        for (const char* word : {"locate", "read", "checked", "(all)", "input:keep_all", "input:pred_2d,tau=0.02",
                                 "against first", "box_iou", "anls", "first token", "kept"})
            QVERIFY2(result.out.contains(word), word);
        QCOMPARE(result.out.split('\n').size(), 1 + 4 * 3 + 1 + 1 + 3 + 1 + 1 + 3 + 1);
        QVERIFY2(result.err.contains("can't tell differences below"), result.err);
    }

    void aRerunContinuesTheFile() {
        const QString out = m_program.file("records.jsonl");
        const QStringList one{"--max-tokens", "2", "--out", out, "--plan", "input:keep_all"};
        eval(one);
        QCOMPARE(lines(out), 1 + 9);
        QFile::resize(out, QFileInfo(out).size() - 20); // as a kill leaves it
        const nlohmann::json again = eval(one + QStringList{"--plan", "input:pred_2d", "--json"}).json();
        QCOMPARE(lines(out), 1 + 18);
        QCOMPARE(valueAt(again, "plans").size(), std::size_t{2});
        QCOMPARE(again["plans"][0]["questions"], nlohmann::json(9));
        const QByteArray problem =
            refusal(3, {"records.jsonl:1", "max_tokens is 2", "3"}, {"--out", out, "--max-tokens", "3"});
        QVERIFY2(problem.isEmpty(), problem);
    }

    /// Two machines' halves, put together, are the whole run; what is unlike is refused by name.
    void shardsAreMerged() {
        const QStringList common{"--max-tokens", "2", "--plan", "input:keep_all", "--plan", "input:pred_2d"};
        QStringList files;
        for (const char* shard : {"0/2", "1/2"}) {
            files.append(m_program.file("shard" + QString(shard).left(1) + ".jsonl"));
            QFile::remove(files.last());
            eval(common + QStringList{"--out", files.last(), "--shard", shard});
        }
        QCOMPARE(lines(files[0]), 1 + 2 * 6);
        QCOMPARE(lines(files[1]), 1 + 1 * 6);
        const nlohmann::json whole = eval(common + QStringList{"--json"}).json();
        const ProgramResult merged = m_program.run(QStringList{"eval", "--merge"} + files + QStringList{"--json"});
        QCOMPARE(merged.exitCode, 0);
        for (const char* name : {"questions", "right", "accuracy", "kept_share", "prompt_tokens", "answer_tokens"})
            QCOMPARE(merged.json().at("plans").at(1).at(name), whole.at("plans").at(1).at(name));
        const ProgramResult half = m_program.run({"eval", "--merge", files[0], "--json"});
        QCOMPARE(half.exitCode, 3);
        QVERIFY2(half.err.contains("picture 1"), half.err);
        const QByteArray twice =
            m_program.run({"eval", "--merge", files[0], files[0]}).problemAsRefusal(3, {"shard0.jsonl", "once"});
        QVERIFY2(twice.isEmpty(), twice);
        const QString other = m_program.file("other.jsonl");
        eval({"--max-tokens", "3", "--out", other, "--shard", "1/2"});
        const QByteArray unlike = m_program.run({"eval", "--merge", files[0], other})
                                      .problemAsRefusal(3, {"other.jsonl:1", "eval.max_tokens"});
        QVERIFY2(unlike.isEmpty(), unlike);
    }

    void severalSetsAndReports() {
        const QString second = m_program.file("second.tsv");
        const QByteArray png = [&] {
            QFile file(m_program.file("set/000000.png"));
            return file.open(QIODevice::ReadOnly) ? file.readAll().toBase64() : QByteArray();
        }();
        std::ofstream(second.toStdString()) << "index\timage\tquestion\tA\tB\tanswer\n1\t" << png.constData()
                                            << "\tWhich?\tthis\tthat\tB\n2\tnonsense%\tWhich?\tthis\tthat\tB\n";
        const QString html = m_program.file("r.html"), md = m_program.file("r.md"), csv = m_program.file("r.csv");
        const ProgramResult result = m_program.run(QStringList{"eval", m_data, second, "--max-tokens", "2", "--json",
                                                               "--report", html, "--report", md, "--report", csv,
                                                               "--plan", "input:keep_all", "--plan", "input:pred_2d"} +
                                                   kModel);
        QVERIFY2(result.exitCode == 0, result.err);
        const nlohmann::json report = result.json();
        QCOMPARE(valueAt(report, "sets").size(), std::size_t{2});
        QCOMPARE(report["sets"][1]["skipped"].size(), std::size_t{1});
        QCOMPARE(report["sets"][1]["plans"][0]["questions"], nlohmann::json(1));
        QCOMPARE(report["average"].size(), std::size_t{2});
        QVERIFY2(result.err.contains("second.tsv:3"), result.err);
        for (const QString& path : {html, md, csv}) {
            QFile file(path);
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QByteArray content = file.readAll();
            QVERIFY2(content.contains("second") && content.contains("input:pred_2d"), qPrintable(path));
        }
        const QByteArray strict = m_program.run(QStringList{"eval", second, "--strict"} + kModel)
                                      .problemAsRefusal(3, {"second.tsv:3", "image"});
        QVERIFY2(strict.isEmpty(), strict);
        const QByteArray same =
            m_program.run(QStringList{"eval", m_data, m_data} + kModel).problemAsRefusal(2, {"set.jsonl", "\"set\""});
        QVERIFY2(same.isEmpty(), same);
    }

    void wrongOptionsAreRefused_data() {
        QTest::addColumn<QStringList>("options");
        QTest::addColumn<QString>("word");
        QTest::newRow("style") << QStringList{"--prompt", "loud"} << "--prompt";
        QTest::newRow("report") << QStringList{"--report", "r.txt"} << "--report";
        for (const char* shard : {"2", "2/2", "-1/2", "a/b", "1/0", "/"})
            QTest::addRow("shard %s", shard) << QStringList{"--shard", shard} << "--shard";
        QTest::newRow("judge") << QStringList{"--judge", "nowhere"} << "--judge";
        QTest::newRow("judge's model") << QStringList{"--judge-model", "x"} << "--judge";
        QTest::newRow("merge") << QStringList{"--merge", "--shard", "0/2"} << "--merge";
    }
    void wrongOptionsAreRefused() {
        QFETCH(QStringList, options);
        QFETCH(QString, word);
        const QByteArray problem = refusal(2, {word}, options);
        QVERIFY2(problem.isEmpty(), problem);
    }

    void ctrlCKeepsWhatWasMeasured() {
        const ModelCopy copy(m_program.file("endless").toStdString());
        copy.neverEnd();
        const QString out = m_program.file("interrupted.jsonl");
        const auto process = m_program.start({"eval", m_data, "--model", QString::fromStdString(copy.folder().string()),
                                              "--device", "cpu", "--max-tokens", "3500", "--out", out, "--json"});
        QTRY_VERIFY_WITH_TIMEOUT(lines(out) >= 2, 60'000);
        ::kill(static_cast<pid_t>(process->processId()), SIGINT);
        const ProgramResult result = ProgramRunner::finish(*process);
        QCOMPARE(result.exitCode, 130);
        const nlohmann::json report = result.json();
        QCOMPARE(valueAt(report, "interrupted"), nlohmann::json(true));
        const int answered = valueAt(report, "plans").at(0).at("questions").get<int>();
        QVERIFY(answered >= 1 && answered < 9);
        QCOMPARE(lines(out), 1 + answered);
    }

    void drawnScreensNeedNoFile() {
        const nlohmann::json report =
            m_program.run(QStringList{"eval", "screens:count=2,questions=2", "--json", "--max-tokens", "2"} + kModel)
                .json();
        QCOMPARE(valueAt(report, "pictures"), nlohmann::json(2));
        QVERIFY(report["plans"][0]["questions"].get<int>() >= 2);
    }

    void whatCannotBeMeasuredIsRefused() {
        const QByteArray same =
            refusal(2, {"--plan", "input:raster", "twice"}, {"--plan", "input:raster", "--plan", "input:raster"});
        QVERIFY2(same.isEmpty(), same);
        const QByteArray over = refusal(2, {"--out", "set.jsonl"}, {"--out", m_data});
        QVERIFY2(over.isEmpty(), over);
        const QByteArray limit = refusal(2, {"--limit", "0"}, {"--limit", "0"});
        QVERIFY2(limit.isEmpty(), limit);
        const QByteArray kind =
            m_program.run(QStringList{"eval", "set.xlsx"} + kModel).problemAsRefusal(2, {"set.xlsx", "FILE.jsonl"});
        QVERIFY2(kind.isEmpty(), kind);
        const QByteArray lost =
            m_program.run(QStringList{"eval", "lost.tsv"} + kModel).problemAsRefusal(3, {"lost.tsv"});
        QVERIFY2(lost.isEmpty(), lost);
        std::ofstream(m_program.file("bad.jsonl").toStdString()) << "{}\n";
        const QByteArray bad = m_program.run(QStringList{"eval", m_program.file("bad.jsonl")} + kModel)
                                   .problemAsRefusal(3, {"bad.jsonl:1", "questions is missing"});
        QVERIFY2(bad.isEmpty(), bad);
    }
};

QTEST_GUILESS_MAIN(TestEvalCommand)
#include "tst_eval_command.moc"
