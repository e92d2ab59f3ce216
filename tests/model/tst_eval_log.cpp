// What lies in files of records: going on after a kill at any point, and putting files together.
#include "core/base/error.h"
#include "model/eval/eval_merge.h"
#include "model/eval/eval_run.h"
#include "tests/model/eval_fakes.h"

#include <QTemporaryDir>
#include <QtTest>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;
namespace fs = std::filesystem;

namespace {

nlohmann::ordered_json settingOf(const QuestionSet& set) {
    return {{"data", "small.tsv"},          {"set", set.name()}, {"prompt_style", "plain"}, {"pictures", set.size()},
            {"questions", set.questions()}, {"model", "fake"},   {"device", "cuda:0"}};
}

QByteArray problem(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

/// What a report says of right answers and tokens: all but times.
QByteArray outcome(const std::vector<EvalRecord>& records) {
    QByteArray text;
    for (const PlanResult& plan : summarise(records, {"input:keep_all", "input:pred_2d"}))
        text += QByteArray::fromStdString(plan.plan) + " " + QByteArray::number(static_cast<qint64>(plan.all.right)) +
                "/" + QByteArray::number(static_cast<qint64>(plan.all.questions)) + " " +
                QByteArray::number(plan.keptShare) + " " + QByteArray::number(plan.promptTokens) + " " +
                QByteArray::number(plan.all.paired ? plan.all.paired->pValue : 0) + "\n";
    return text;
}

std::string someAnswers(const Request& request) {
    const std::string question = questionOf(request);
    if (question.starts_with("Where"))
        return "box";
    return (question.back() - '0') % 3 == 0 && request.plan.prunes() ? "no" : "yes";
}

} // namespace

class TestEvalLog : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string file(const char* name) const {
        const std::string path = m_folder.filePath(name).toStdString();
        fs::remove(path);
        return path;
    }

    /// A run that is done, in a file.
    EvalRun recorded(const std::string& path, const QuestionSet& set, const EvalOptions& options,
                     const nlohmann::ordered_json& setting) const {
        FakeEngine engine;
        engine.say = someAnswers;
        EvalLog log(path, {setting});
        return runEval(engine, set, options, &log, {}, {});
    }

    /// Answers slowly and notes in a pipe what it is asked, until it is killed or done.
    [[noreturn]] static void runUntilKilled(const std::string& path, int asked) {
        const SmallSet set(5);
        FakeEngine engine;
        engine.say = [asked](const Request& request) {
            const std::string note = toText(request.plan) + questionOf(request) + "\n";
            if (::write(asked, note.data(), note.size()) < 0)
                ::_exit(3);
            ::usleep(1000);
            return someAnswers(request);
        };
        EvalLog log(path, {settingOf(set)});
        runEval(engine, set, twoPlans(), &log, {}, {});
        ::_exit(0);
    }

    /// Lines that come out of a pipe until there are `most`, or no more.
    static int linesFrom(int pipe, int most) {
        int lines = 0;
        for (char letter = 0; lines < most && ::read(pipe, &letter, 1) == 1;)
            lines += letter == '\n';
        return lines;
    }

    /// Kills a run a little after so many questions. Whether it came to its end before; `asked` counts its questions.
    static bool killedRun(const std::string& path, int questions, useconds_t after, int& asked) {
        int ends[2];
        if (::pipe(ends) != 0)
            return false;
        const pid_t child = ::fork();
        if (child == 0)
            runUntilKilled(path, ends[1]);
        ::close(ends[1]);
        asked += linesFrom(ends[0], questions);
        ::usleep(after);
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        asked += linesFrom(ends[0], std::numeric_limits<int>::max());
        ::close(ends[0]);
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

private Q_SLOTS:
    /// Killed at random points until it is done: nothing is lost or there twice, at most one question asked again a
    /// kill.
    void killsLoseNothing() {
        const SmallSet set(5);
        const EvalRun whole = recorded(file("whole.jsonl"), set, twoPlans(), settingOf(set));
        std::mt19937 random(16);
        for (int round = 0; round < 8; ++round) {
            const std::string path = file("killed.jsonl");
            int kills = 0, asked = 0;
            while (!killedRun(path, static_cast<int>(random() % 5), random() % 3000, asked))
                ++kills;
            const EvalLogContent content = readEvalLog(path);
            QVERIFY(kills > 0);
            QCOMPARE(content.records.size(), whole.records.size());
            QCOMPARE(outcome(content.records), outcome(whole.records));
            const int questions = static_cast<int>(whole.records.size());
            QVERIFY2(asked >= questions && asked <= questions + kills,
                     qPrintable(QString("%1 asked, %2 questions, %3 kills").arg(asked).arg(questions).arg(kills)));
        }
    }

    /// A file that ends anywhere, as a kill in the middle of a line leaves it, is continued.
    void everyPrefixIsContinued() {
        const SmallSet set(1);
        const std::string path = file("prefix.jsonl");
        const EvalRun whole = recorded(path, set, twoPlans(), settingOf(set));
        std::ifstream in(path, std::ios::binary);
        const std::string content{std::istreambuf_iterator<char>(in), {}};
        for (std::size_t length = 0; length < content.size(); length += 7) {
            std::ofstream(path, std::ios::binary | std::ios::trunc) << content.substr(0, length);
            recorded(path, set, twoPlans(), settingOf(set));
            QCOMPARE(outcome(readEvalLog(path).records), outcome(whole.records));
        }
    }

    void severalSetsShareAFile() {
        const std::string path = file("sets.jsonl");
        const SmallSet one(2);
        nlohmann::ordered_json other = settingOf(one);
        other["set"] = "other";
        recorded(path, one, twoPlans(), settingOf(one));
        { EvalLog log(path, {settingOf(one), other}); }
        const EvalLogContent content = readEvalLog(path);
        QCOMPARE(content.settings.size(), std::size_t{2});
        QCOMPARE(content.records.size(), std::size_t{8});
        other["model"] = "another";
        other["set"] = "third";
        const QByteArray found = problem([&] { EvalLog log(path, {other}); });
        QVERIFY2(found.contains("eval.model is \"fake\", expected \"another\""), found);
    }

    void filesOfOlderVersionsAreRefused() {
        const std::string path = file("old.jsonl");
        std::ofstream(path) << R"({"eval":{"data":"small.tsv","pictures":3}})"
                            << "\n";
        const QByteArray found = problem([&] { EvalLog log(path, {settingOf(SmallSet(3))}); });
        QVERIFY2(found.contains("old.jsonl:1: eval.set is missing"), found);
    }

    void aQuestionThatIsThereTwiceIsRefused() {
        const SmallSet set(1);
        const std::string path = file("twice.jsonl");
        recorded(path, set, twoPlans(), settingOf(set));
        const EvalLogContent content = readEvalLog(path);
        std::ofstream(path, std::ios::app) << toJson(content.records[1]).dump() << "\n";
        const QByteArray found = problem([&] { EvalLog log(path, {settingOf(set)}); });
        QVERIFY2(found.contains("twice.jsonl:6:") && found.contains("expected it once"), found);
    }

    void rowsThatFailAreLeftOut() {
        SmallSet set(4);
        set.broken = {1, 2};
        const std::string path = file("broken.jsonl");
        const EvalRun run = recorded(path, set, twoPlans(), settingOf(set));
        QCOMPARE(run.records.size(), std::size_t{8});
        QCOMPARE(run.skipped.size(), std::size_t{2});
        QCOMPARE(run.skipped[0].where, std::string("small.tsv:3"));
        QCOMPARE(run.skipped[0].reason, std::string("image is no base64"));
        recorded(path, set, twoPlans(), settingOf(set));
        QCOMPARE(readEvalLog(path).skipped.size(), std::size_t{2}); // once, however often it is tried
        const std::vector<SetReport> merged = mergeRecords({path}, {});
        QVERIFY(merged[0].missing.empty());
        QCOMPARE(merged[0].skipped.size(), std::size_t{2});
        EvalOptions strict = twoPlans();
        strict.strict = true;
        const QByteArray found = problem([&] { recorded(file("strict.jsonl"), set, strict, settingOf(set)); });
        QVERIFY2(found.contains("small.tsv:3: image is no base64"), found);
    }

    /// Edges that a file can't hold to the last digit are the same edges.
    void boxesInFractionsAreContinued() {
        class Fractions final : public QuestionSet {
        public:
            std::string name() const override { return "small"; }
            std::int64_t size() const override { return 1; }
            std::int64_t questions() const override { return 1; }
            QuestionGroup at(std::int64_t) const override {
                return {"p",
                        {{"p", flatBlocks(2, 4, std::vector<int>(8, 3))}},
                        {{"locate", "Where?", "there", PixelBox{0.1, 0.7, 0.3, 1.1}}}};
            }
        };
        const std::string path = file("fractions.jsonl");
        for (int i = 0; i < 2; ++i)
            QCOMPARE(recorded(path, Fractions(), twoPlans(), settingOf(Fractions())).records.size(), std::size_t{2});
        QCOMPARE(readEvalLog(path).records.size(), std::size_t{2});
    }

    void shardsMakeTheWhole_data() {
        QTest::addColumn<int>("count");
        for (const int count : {1, 2, 3, 7})
            QTest::addRow("%d", count) << count;
    }
    void shardsMakeTheWhole() {
        QFETCH(int, count);
        const SmallSet set(5);
        std::vector<std::string> files;
        for (int i = 0; i < count; ++i) {
            EvalOptions options = twoPlans();
            options.shard = {i, count};
            files.push_back(file(("shard" + std::to_string(i)).c_str()));
            nlohmann::ordered_json setting = settingOf(set);
            setting["data"] = "/machine" + std::to_string(i) + "/small.tsv";
            setting["device"] = "cuda:" + std::to_string(i);
            recorded(files.back(), set, options, setting);
        }
        const EvalRun whole = recorded(file("whole.jsonl"), set, twoPlans(), settingOf(set));
        const std::vector<SetReport> merged = mergeRecords(files, {});
        QCOMPARE(merged.size(), std::size_t{1});
        QVERIFY(!merged[0].interrupted && merged[0].missing.empty());
        QCOMPARE(outcome(merged[0].records), outcome(whole.records));
    }

    void whatIsMissingIsNamed() {
        const SmallSet set(4);
        EvalOptions part = twoPlans();
        part.shard = {0, 2};
        const std::string path = file("half.jsonl");
        recorded(path, set, part, settingOf(set));
        const std::vector<SetReport> merged = mergeRecords({path}, {});
        QVERIFY(merged[0].interrupted);
        QCOMPARE(merged[0].missing.size(), std::size_t{2}); // a line a plan
        QCOMPARE(merged[0].missing[1], std::string("no record under input:pred_2d of picture 1, picture 3"));
        QVERIFY(mergeRecords({path}, 1)[0].missing.empty());
    }

    void unlikeRunsAreRefused_data() {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("model") << QByteArray("model") << QByteArray("\"other\"");
        QTest::newRow("style") << QByteArray("prompt_style") << QByteArray("\"dataset\"");
        QTest::newRow("questions") << QByteArray("questions") << QByteArray("11");
        QTest::newRow("device") << QByteArray("device") << QByteArray("\"cpu\"");
        QTest::newRow("one more") << QByteArray("judge") << QByteArray("\"http://x\"");
    }
    void unlikeRunsAreRefused() {
        QFETCH(QByteArray, name);
        QFETCH(QByteArray, value);
        const SmallSet set(2);
        nlohmann::ordered_json other = settingOf(set);
        other[name.toStdString()] = nlohmann::json::parse(value.toStdString());
        const std::string a = file("a.jsonl"), b = file("b.jsonl");
        recorded(a, set, twoPlans(), settingOf(set));
        recorded(b, set, twoPlans(), other);
        for (const auto& files : {std::vector{a, b}, std::vector{b, a}}) {
            const QByteArray found = problem([&] { mergeRecords(files, {}); });
            QVERIFY2(found.contains("eval." + name) && found.contains("a.jsonl") && found.contains("b.jsonl"), found);
        }
    }

    void doubleRowsAreNamed() {
        const SmallSet set(2);
        const std::string a = file("a.jsonl"), b = file("b.jsonl");
        recorded(a, set, twoPlans(), settingOf(set));
        recorded(b, set, twoPlans(), settingOf(set));
        const QByteArray found = problem([&] { mergeRecords({a, b}, {}); });
        for (const char* word : {"b.jsonl:2:", "picture 0 question 0", "input:keep_all", "a.jsonl:2"})
            QVERIFY2(found.contains(word), found);
    }

    void filesOfOtherPlansGoTogether() {
        const SmallSet set(3);
        EvalOptions full = twoPlans(), pruned = twoPlans();
        full.plans.pop_back();
        pruned.plans.erase(pruned.plans.begin());
        const std::string a = file("a.jsonl"), b = file("b.jsonl");
        recorded(a, set, full, settingOf(set));
        recorded(b, set, pruned, settingOf(set));
        const std::vector<SetReport> merged = mergeRecords({a, b}, {});
        QCOMPARE(merged[0].plans.size(), std::size_t{2});
        QCOMPARE(merged[0].plans[1].all.paired->questions, std::int64_t{6});
    }

    void whatIsNoFileOfRecordsIsRefused() {
        const std::string path = file("other.jsonl");
        for (const char* content : {"", "hello\n", "{}\n", "[1]\n"}) {
            std::ofstream(path, std::ios::trunc) << content;
            const QByteArray found = problem([&] { mergeRecords({path}, {}); });
            QVERIFY2(found.contains("other.jsonl"), found);
        }
        QVERIFY(!problem([&] { mergeRecords({"/none/x.jsonl"}, {}); }).isEmpty());
    }
};

QTEST_APPLESS_MAIN(TestEvalLog)
#include "tst_eval_log.moc"
