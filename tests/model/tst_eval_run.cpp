#include "core/base/error.h"
#include "model/eval/eval_report.h"
#include "model/eval/eval_run.h"
#include "tests/model/eval_fakes.h"

#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <fstream>
#include <functional>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;
namespace fs = std::filesystem;

namespace {

EvalOptions twoPlansOfShortAnswers() {
    EvalOptions options = twoPlans();
    options.maxTokens = 17;
    return options;
}

std::vector<std::string> planNames(const EvalOptions& options) {
    std::vector<std::string> names;
    for (const PrunePlan& plan : options.plans)
        names.push_back(toText(plan));
    return names;
}

/// A record but for whether it was the first one that its program asked.
QByteArray withoutFirst(const std::string& lines) {
    return QByteArray::fromStdString(lines).replace(",\"first\":true", "");
}

QByteArray withoutFirst(const EvalRecord& record) {
    return withoutFirst(toJson(record).dump());
}

std::string contentOf(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

QByteArray problem(ErrorKind kind, const QStringList& words, const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        for (const QString& word : words)
            if (error.kind() != kind || !QString(error.what()).contains(word))
                return error.what();
        return {};
    }
    return "no error";
}

} // namespace

/// The loop over plans and questions with an engine that says what it is told, its records and what follows from them.
class TestEvalRun : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    const nlohmann::ordered_json m_setting{{"data", "small"}, {"set", "small"}, {"pictures", 3}};

    std::string freshFile() const {
        const std::string path = m_folder.filePath("records.jsonl").toStdString();
        fs::remove(path);
        return path;
    }

private Q_SLOTS:
    void plansTakeTurnsPictureByPicture() {
        FakeEngine engine;
        const EvalOptions options = twoPlansOfShortAnswers();
        const EvalRun run = runEval(engine, SmallSet(2), options, nullptr, {}, {});
        QVERIFY(!run.interrupted);
        QCOMPARE(run.records.size(), std::size_t{8});
        const std::vector<std::string> questions{"Read 0", "Where 0", "Read 0", "Where 0",
                                                 "Read 1", "Where 1", "Read 1", "Where 1"};
        for (std::size_t i = 0; i < 8; ++i) {
            const Request& request = engine.requests.at(i);
            QCOMPARE(questionOf(request), questions[i]);
            QCOMPARE(toText(request.plan), planNames(options)[i / 2 % 2]);
            QCOMPARE(request.reuse, i % 2 == 1); // only the further question takes over what the first has computed
            QCOMPARE(request.images.size(), std::size_t{1});
            QCOMPARE(request.images[0].decodedOnWhite, i >= 4);
            QCOMPARE(request.messages.size(), std::size_t{1});
            QCOMPARE(request.maxTokens, 17);
            QVERIFY(!request.decoding.sample);
        }
    }

    void aRecordSaysWhatWasAskedAndAnswered() {
        FakeEngine engine;
        engine.say = [](const Request& request) { return questionOf(request).starts_with("Read") ? " YES" : "box"; };
        EvalOptions options = twoPlansOfShortAnswers();
        options.limit = 1;
        const EvalRun run = runEval(engine, SmallSet(5), options, nullptr, {}, {});
        QCOMPARE(run.records.size(), std::size_t{4});
        const EvalRecord& read = run.records[2];
        QCOMPARE(read.answer, std::string(" YES"));
        QVERIFY(read.isRight() && read.scores == (std::vector<NamedScore>{{"exact_match", 1}, {"anls", 1}}));
        QCOMPARE(read.keptBlocks, std::int64_t{2});
        QCOMPARE(read.blocks, std::int64_t{8});
        QVERIFY(read.whole && read.times.ms(stage::kTtft) == 40 && read.times.ms(stage::kTotal) == 60);
        const EvalRecord& located = run.records[3];
        QVERIFY(located.isRight());                                      // centre 20, 15 in 15..25, 10..20
        QVERIFY(std::abs(located.scores[1].value - 100.0 / 200) < 1e-9); // 10 x 10 of 20 x 10
        QVERIFY(!located.whole);
        for (const EvalRecord& record : run.records) {
            const auto json = nlohmann::json::parse(toJson(record).dump());
            const EvalRecord back = evalRecordFromJson(json, "x");
            QVERIFY(toJson(back) == toJson(record));
            QVERIFY(back.asked == record.asked);
        }
    }

    void picturesOnWhiteAreCountedOnce() {
        FakeEngine engine;
        const EvalRun run = runEval(engine, SmallSet(5), twoPlansOfShortAnswers(), nullptr, {}, {});
        QCOMPARE(picturesOnWhite(run.records), std::int64_t{2}); // the second and the fourth, four records each
        std::vector<EvalRecord> back;
        for (const EvalRecord& record : run.records)
            back.push_back(evalRecordFromJson(nlohmann::json::parse(toJson(record).dump()), "x"));
        QCOMPARE(picturesOnWhite(back), std::int64_t{2});
        QCOMPARE(picturesOnWhite({}), std::int64_t{0});
    }

    void resultsByHand() {
        FakeEngine engine;
        // All in full right but "Read 3"; pruned, the first four of ten pictures are not read, but "Read 3" is.
        engine.say = [](const Request& request) {
            const std::string question = questionOf(request);
            if (question.starts_with("Where"))
                return "box";
            const bool isFourth = question == "Read 3";
            const bool isEarly = question.back() < '4';
            return (request.plan.prunes() ? isFourth || !isEarly : !isFourth) ? "yes" : "no";
        };
        const EvalOptions options = twoPlansOfShortAnswers();
        const EvalRun run = runEval(engine, SmallSet(10), options, nullptr, {}, {});
        const std::vector<PlanResult> results = summarise(run.records, planNames(options));
        const PlanResult& full = results.at(0);
        const PlanResult& pruned = results.at(1);
        QCOMPARE(full.all.right, std::int64_t{19});
        QCOMPARE(full.all.questions, std::int64_t{20});
        QVERIFY(!full.all.paired && !full.tasks.at(0).paired);
        QCOMPARE(pruned.tasks.size(), std::size_t{2});
        const TaskResult& read = pruned.tasks.front();
        QCOMPARE(read.task, std::string("read"));
        QCOMPARE(read.right, std::int64_t{7});
        QCOMPARE(read.means.front(), (std::pair<std::string, double>("exact_match", 0.7)));
        QCOMPARE(read.paired->questions, std::int64_t{10});
        QCOMPARE(read.paired->onlyFirst, std::int64_t{3});
        QCOMPARE(read.paired->onlyHere, std::int64_t{1});
        QVERIFY(std::abs(read.paired->difference - -0.2) < 1e-12);
        QVERIFY(std::abs(read.paired->pValue - 0.625) < 1e-12);
        QVERIFY(read.paired->interval.low < -0.2 && read.paired->interval.high > 0);
        QCOMPARE(pruned.tasks.back().means.back(), (std::pair<std::string, double>("box_iou", 0.5)));
        QCOMPARE(pruned.keptShare, 0.25);
        QCOMPARE(pruned.promptTokens, 14.0);
        QCOMPARE(pruned.promptTokensFull, 20.0);
        QCOMPARE(pruned.ttftMs, 40.0); // whole prompts alone
        QCOMPARE(pruned.totalMs, 35.0);
        const nlohmann::ordered_json json = toJson(pruned, full.plan);
        QCOMPARE(json.at("accuracy").get<double>(), 17.0 / 20);
        QCOMPARE(json.at("tasks").at(0).at("paired").at("only_first").get<int>(), 3);
        QCOMPARE(json.at("tasks").at(1).at("scores").at("box_iou").get<double>(), 0.5);
        QVERIFY(!toJson(full, full.plan).contains("paired") && !toJson(full, full.plan).contains("difference"));
        QCOMPARE(json.at("difference").at("to").get<std::string>(), full.plan);
        QCOMPARE(json.at("retain_ratio").at("pictures").get<double>(), 0.25);
    }

    void samePlansAreRefused() {
        FakeEngine engine;
        EvalOptions options = twoPlansOfShortAnswers();
        options.plans.push_back(parsePlan("input:pred_2d,tau=0"));
        const QByteArray found = problem(ErrorKind::Usage, {"--plan", "input:pred_2d", "twice"},
                                         [&] { runEval(engine, SmallSet(1), options, nullptr, {}, {}); });
        QVERIFY2(found.isEmpty(), found);
        QVERIFY(engine.requests.empty());
    }

    void aStopKeepsWhatIsThere() {
        FakeEngine engine;
        std::stop_source stop;
        engine.onAsked = [&](std::size_t asked) {
            if (asked == 6)
                stop.request_stop();
        };
        const EvalRun run = runEval(engine, SmallSet(3), twoPlansOfShortAnswers(), nullptr, {}, stop.get_token());
        QVERIFY(run.interrupted);
        QCOMPARE(engine.requests.size(), std::size_t{6});
        QCOMPARE(run.records.size(), std::size_t{5}); // the one that was cut short is none
        const auto results = summarise(run.records, planNames(twoPlansOfShortAnswers()));
        QCOMPARE(results[1].all.paired->questions, std::int64_t{2}); // of the second picture only one plan is there
        const auto nothing = summarise({}, planNames(twoPlansOfShortAnswers()));
        QCOMPARE(nothing[1].all.questions, std::int64_t{0});
    }

    void progressCounts() {
        FakeEngine engine;
        std::vector<EvalProgress> seen;
        runEval(engine, SmallSet(3), twoPlansOfShortAnswers(), nullptr,
                [&](const EvalProgress& now) { seen.push_back(now); }, {});
        QCOMPARE(seen.size(), std::size_t{4});
        QVERIFY(!seen.front().secondsLeft && seen.front().ofPictures == 3);
        QCOMPARE(seen[1].questions, std::int64_t{4});
        QVERIFY(*seen[1].secondsLeft >= 0 && *seen.back().secondsLeft == 0);
        QCOMPARE(seen.back().pictures, std::int64_t{3});
    }

    void aRerunAsksOnlyWhatIsMissing() {
        const std::string path = freshFile();
        std::stop_source stop;
        FakeEngine first;
        first.onAsked = [&](std::size_t asked) {
            if (asked == 7)
                stop.request_stop();
        };
        {
            EvalLog log(path, {m_setting});
            runEval(first, SmallSet(3), twoPlansOfShortAnswers(), &log, {}, stop.get_token());
        }
        FakeEngine second;
        EvalProgress last;
        EvalLog log(path, {m_setting});
        const EvalRun run = runEval(second, SmallSet(3), twoPlansOfShortAnswers(), &log,
                                    [&](const EvalProgress& now) { last = now; }, {});
        QCOMPARE(second.requests.size(), std::size_t{6});
        QVERIFY(!second.requests.front().reuse); // the rest of a picture begins anew
        QCOMPARE(last.takenOver, std::int64_t{6});
        QCOMPARE(last.questions, std::int64_t{6});
        FakeEngine whole;
        const EvalRun expected = runEval(whole, SmallSet(3), twoPlansOfShortAnswers(), nullptr, {}, {});
        QCOMPARE(run.records.size(), expected.records.size());
        for (std::size_t i = 0; i < run.records.size(); ++i)
            QCOMPARE(withoutFirst(run.records[i]), withoutFirst(expected.records[i]));
    }

    void aTornLineIsDropped() {
        const std::string path = freshFile();
        FakeEngine engine;
        {
            EvalLog log(path, {m_setting});
            runEval(engine, SmallSet(2), twoPlansOfShortAnswers(), &log, {}, {});
        }
        const std::string whole = contentOf(path);
        const std::size_t firstLine = whole.find('\n') + 1;
        const std::size_t lastLine = whole.rfind('\n', whole.size() - 2) + 1;
        for (const std::size_t left : {std::size_t{0}, firstLine / 2, firstLine - 1, firstLine, lastLine, lastLine + 1,
                                       lastLine + 50, whole.size() - 1}) {
            fs::resize_file(path, left);
            FakeEngine again;
            {
                EvalLog log(path, {m_setting});
                runEval(again, SmallSet(2), twoPlansOfShortAnswers(), &log, {}, {});
            }
            QCOMPARE(again.requests.size(), std::size_t{left < firstLine + 1 ? 8u : 1u});
            QCOMPARE(readEvalLog(path).records.size(), std::size_t{8});
            QCOMPARE(contentOf(path).substr(0, lastLine),
                     whole.substr(0, lastLine)); // the last may have been asked anew
        }
    }

    void anotherRunsFileIsRefused() {
        const std::string path = freshFile();
        { EvalLog log(path, {m_setting}); }
        nlohmann::ordered_json other = m_setting;
        other["data"] = "large";
        QByteArray found = problem(ErrorKind::BadFile, {":1:", "eval.data is \"small\"", "\"large\""},
                                   [&] { EvalLog log(path, {other}); });
        QVERIFY2(found.isEmpty(), found);
        for (const char* content : {"my notes", "my notes\n", "{\"a\": 1}\n", "\n"}) {
            std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
            found = problem(ErrorKind::BadFile, {"records.jsonl:1:"}, [&] { EvalLog log(path, {m_setting}); });
            QVERIFY2(found.isEmpty(), found);
            QCOMPARE(contentOf(path), std::string(content));
        }
    }

    void aDamagedLineIsNamed() {
        const std::string path = freshFile();
        { EvalLog log(path, {m_setting}); }
        std::ofstream(path, std::ios::app) << "{\"set\": \"small\", \"picture\": -1}\n";
        const QByteArray found =
            problem(ErrorKind::BadFile, {"records.jsonl:2:", "picture is -1"}, [&] { EvalLog log(path, {m_setting}); });
        QVERIFY2(found.isEmpty(), found);
    }

    void anotherQuestionIsNoticed() {
        const std::string path = freshFile();
        FakeEngine engine;
        EvalLog log(path, {m_setting});
        runEval(engine, SmallSet(1), twoPlansOfShortAnswers(), &log, {}, {});
        EvalLog* open = &log;
        log.flush();
        const fs::path copy = path + ".copy";
        fs::copy_file(path, copy, fs::copy_options::overwrite_existing);
        EvalLog again(copy.string(), {m_setting});
        open = &again;
        const QByteArray found = problem(ErrorKind::BadFile, {"copy", "Read 0", "Say 0", "picture 0"}, [&] {
            runEval(engine, SmallSet(1, "Say "), twoPlansOfShortAnswers(), open, {}, {});
        });
        QVERIFY2(found.isEmpty(), found);
    }

    void oneProgramAtATime() {
        const std::string path = freshFile();
        EvalLog log(path, {m_setting});
        const QByteArray found = problem(ErrorKind::WriteFailed, {"records.jsonl", "another program"},
                                         [&] { EvalLog second(path, {m_setting}); });
        QVERIFY2(found.isEmpty(), found);
    }

    void aFileThatCannotBeWritten() {
        QByteArray found = problem(ErrorKind::BadFile, {"not a file"}, [&] { EvalLog log("/dev/full", {m_setting}); });
        QVERIFY2(found.isEmpty(), found);
        found = problem(ErrorKind::WriteFailed, {"/none/"}, [&] { EvalLog log("/none/x.jsonl", {m_setting}); });
        QVERIFY2(found.isEmpty(), found);
    }
};

QTEST_APPLESS_MAIN(TestEvalRun)
#include "tst_eval_run.moc"
