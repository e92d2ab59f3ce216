// Grounding in two looks, as evaluations ask for it.
#include "core/base/error.h"
#include "model/eval/eval_log.h"
#include "model/eval/eval_merge.h"
#include "model/eval/set_report.h"
#include "tests/model/eval_fakes.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>
#include <numeric>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;

namespace {

bool isCloser(const Request& request) {
    return !request.images.front().region.empty();
}

/// A set of ScreenSpot with one place in the right bottom quarter of a picture of 128 x 64 pixels.
class PlaceSet final : public QuestionSet {
public:
    std::string name() const override { return "ScreenSpot_v2_Web"; }
    std::int64_t size() const override { return 1; }
    std::int64_t questions() const override { return 1; }
    QuestionGroup at(std::int64_t) const override {
        return {"p",
                {{"p", flatBlocks(2, 4, std::vector<int>(8, 3))}},
                {{"locate", "Where?", "there", PixelBox{96, 40, 104, 48}}}};
    }
};

nlohmann::ordered_json settingOf(const QuestionSet& set, bool zoom) {
    return {{"data", "d"},
            {"set", set.name()},
            {"prompt_style", "plain"},
            {"pictures", set.size()},
            {"questions", set.questions()},
            {"zoom", zoom}};
}

QByteArray problem(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

} // namespace

class TestEvalZoom : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string file(const char* name) const {
        const QString path = m_folder.filePath(name);
        QFile::remove(path);
        return path.toStdString();
    }

    static EvalOptions zooming(const char* plan = "input:pred_2d") {
        EvalOptions options;
        options.plans = {parsePlan(plan)};
        options.zoom = true;
        return options;
    }

    static std::vector<std::string> notesOf(const QuestionSet& set, bool zoom, EvalRun run) {
        return setReport(settingOf(set, zoom), set, std::move(run), {"input:pred_2d"}).notes;
    }

    /// Records of one run in a file of their own.
    void record(const std::string& path, const QuestionSet& set, bool zoom) const {
        FakeEngine engine;
        EvalOptions options = zooming();
        options.zoom = zoom;
        EvalLog log(path, {settingOf(set, zoom)});
        runEval(engine, set, options, &log, {}, {});
    }

private Q_SLOTS:
    /// Of the two questions about a picture only that for a place is asked twice.
    void placesAreLookedAtTwice() {
        FakeEngine engine;
        engine.say = [](const Request& request) {
            return questionOf(request).starts_with("Where") ? isCloser(request) ? "box 2" : "box 1" : "yes";
        };
        const EvalRun run = runEval(engine, SmallSet(1), zooming(), nullptr, {}, {});
        QCOMPARE(engine.requests.size(), std::size_t{3});
        QVERIFY(!isCloser(engine.requests[0]) && !isCloser(engine.requests[1]) && isCloser(engine.requests[2]));
        const EvalRecord& read = run.records.at(0);
        QVERIFY(read.looks.empty() && read.whyOneLook.empty() && !read.answeredBy());
        const EvalRecord& located = run.records.at(1);
        QCOMPARE(located.answer, std::string("box 2"));
        QCOMPARE(located.looks.size(), std::size_t{2});
        QCOMPARE(located.looks[0].part, (PixelRect{0, 0, 128, 64}));
        QCOMPARE(located.looks[1].part, (PixelRect{0, 0, 64, 32}));
        QCOMPARE(located.looks[1].part, engine.requests[2].images[0].region);
        QVERIFY(located.answeredBy() == &located.looks[1]);
        QVERIFY(located.isRight());
    }

    void costsAreThoseOfBothLooks() {
        FakeEngine engine;
        engine.say = [](const Request&) { return "box"; };
        const EvalRun run = runEval(engine, PlaceSet(), zooming(), nullptr, {}, {});
        const EvalRecord& record = run.records.at(0);
        QCOMPARE(record.promptTokens, std::int64_t{28});
        QCOMPARE(record.promptTokensFull, std::int64_t{40});
        QCOMPARE(record.answerTokens, std::int64_t{6});
        QCOMPARE(record.keptBlocks, std::int64_t{4});
        QCOMPARE(record.blocks, std::int64_t{16});
        QCOMPARE(record.times.ms(stage::kTotal), 120.0);
        QCOMPARE(record.times.ms(stage::kTtft), 60.0 + 40.0); // after the whole first look
        QVERIFY(record.whole);
        QCOMPARE(record.pictures.size(), std::size_t{1});
        QCOMPARE(record.pictures[0].blocks, std::int64_t{8}); // as the first look shows it
        const LookTotals totals{28, 40, 6, 120};
        const auto sum = [&](auto EvalLook::*field) {
            return std::accumulate(record.looks.begin(), record.looks.end(), 0.0,
                                   [&](double all, const EvalLook& look) { return all + double(look.*field); });
        };
        QCOMPARE(sum(&EvalLook::promptTokens), double(totals.promptTokens));
        QCOMPARE(sum(&EvalLook::promptTokensFull), double(totals.promptTokensFull));
        QCOMPARE(sum(&EvalLook::answerTokens), double(totals.answerTokens));
        QCOMPARE(sum(&EvalLook::totalMs), totals.totalMs);
    }

    void oneLookSaysWhy() {
        FakeEngine engine;
        engine.say = [](const Request&) { return "nowhere"; };
        const EvalRun run = runEval(engine, PlaceSet(), zooming(), nullptr, {}, {});
        QCOMPARE(engine.requests.size(), std::size_t{1});
        QCOMPARE(run.records.at(0).looks.size(), std::size_t{1});
        QVERIFY(run.records[0].whyOneLook.find("names no place") != std::string::npos);
        QCOMPARE(run.records[0].promptTokens, std::int64_t{14});
    }

    void recordsComeBack() {
        FakeEngine engine;
        engine.say = [](const Request& request) { return isCloser(request) ? "gone" : "box"; };
        const EvalRun run = runEval(engine, PlaceSet(), zooming(), nullptr, {}, {});
        const EvalRecord& record = run.records.at(0);
        QVERIFY(record.answeredBy() == &record.looks[0]); // the second one names no place
        const auto json = nlohmann::json::parse(toJson(record).dump());
        const EvalRecord back = evalRecordFromJson(json, "x");
        QVERIFY(back.looks == record.looks && toJson(back) == toJson(record));
        auto torn = json;
        torn["looks"][0]["part"] = {1, 2};
        const QByteArray found = problem([&] { evalRecordFromJson(torn, "x"); });
        QVERIFY2(found.contains("x: looks.part is [1,2], expected [x, y, width, height]"), found);
    }

    /// The numbers in the text of a closer look are on the scale of what it shows, which scores of texts must follow.
    void textsAreScoredOnTheScaleOfTheirLook_data() {
        QTest::addColumn<QString>("answer");
        QTest::addColumn<QString>("score");
        QTest::addColumn<double>("value");
        // The part is 64, 32 .. 128, 64, so that the box, 96, 40 .. 104, 48, is 32, 8 .. 40, 16 of 64 x 32.
        QTest::newRow("pixels") << "click(x=36, y=12)"
                                << "screenspot_v2" << 1.0;
        QTest::newRow("parts") << "click(x=0.56, y=0.4)"
                               << "screenspot_v2" << 1.0;
        QTest::newRow("thousandths") << "click(x=560, y=400)"
                                     << "point_0_1000" << 1.0;
        QTest::newRow("tool call") << "<tool_call>\n{\"arguments\": {\"coordinate\": [36, 12]}}\n</tool_call>"
                                   << "tool_call_point" << 1.0;
        QTest::newRow("those of the whole picture") << "click(x=100, y=44)"
                                                    << "screenspot_v2" << 0.0;
        QTest::newRow("the corner of the part") << "nothing"
                                                << "screenspot_v2" << 0.0;
    }
    void textsAreScoredOnTheScaleOfTheirLook() {
        QFETCH(QString, answer);
        QFETCH(QString, score);
        QFETCH(double, value);
        EvalRecord record;
        record.asked = PlaceSet().at(0).questions[0];
        record.answer = answer.toStdString();
        record.pictures = {{"", {128, 64}, {128, 64}, 8, 8, {}, 2, 4, ""}};
        record.named = PixelBox{98, 42, 102, 46};
        EvalLook first{0, {0, 0, 128, 64}, {128, 64}, "", record.named, "stop", 1, 1, 1, 1};
        EvalLook second{0, {64, 32, 64, 32}, {64, 32}, record.answer, record.named, "stop", 1, 1, 1, 1};
        record.looks = {first, second};
        const GivenAnswer given = givenAnswer(record);
        QCOMPARE(findScore(score.toStdString())->judge(given).score, value);
        QCOMPARE(findScore("point_in_box")->judge(given).score, 1.0);
        record.looks[1].named.reset(); // then the answer is the first look's
        record.looks[1].answer = "?";
        QVERIFY(givenAnswer(record).size == (Size{128, 64}));
    }

    void theReportSaysWhatCameOfIt() {
        FakeEngine engine;
        engine.say = [](const Request& request) { return isCloser(request) ? "box" : "box"; };
        const SmallSet small(2);
        std::vector<std::string> notes = notesOf(small, true, runEval(engine, small, zooming(), nullptr, {}, {}));
        QCOMPARE(notes.back(), std::string("--zoom: 2 of 2 answers that should name a place had a second look; tokens "
                                           "and times are those of both looks"));
        EvalRun run = runEval(engine, small, zooming(), nullptr, {}, {});
        std::erase_if(run.records, [](const EvalRecord& record) { return !record.looks.empty(); });
        notes = notesOf(small, true, std::move(run));
        QCOMPARE(notes.back(), std::string("--zoom: no question wants a place, so that each was asked once"));
        QVERIFY(notesOf(small, true, {}).empty());
        EvalOptions plain = zooming();
        plain.zoom = false;
        QVERIFY(notesOf(small, false, runEval(engine, small, plain, nullptr, {}, {})).empty());
    }

    /// A stop between the looks leaves no record, so that the question is asked again.
    void aStopBetweenTheLooks() {
        FakeEngine engine;
        engine.say = [](const Request&) { return "box"; };
        std::stop_source stop;
        engine.onAsked = [&](std::size_t) { stop.request_stop(); };
        const EvalRun run = runEval(engine, PlaceSet(), zooming(), nullptr, {}, stop.get_token());
        QVERIFY(run.interrupted && run.records.empty());
    }

    void unlikeRunsAreNotPutTogether() {
        const SmallSet set(1);
        const std::string once = file("once.jsonl"), twice = file("twice.jsonl");
        record(once, set, false);
        record(twice, set, true);
        QByteArray found = problem([&] { EvalLog log(once, {settingOf(set, true)}); });
        QVERIFY2(found.contains("once.jsonl:1: eval.zoom is false, expected true as in this run"), found);
        found = problem([&] { EvalLog log(twice, {settingOf(set, false)}); });
        QVERIFY2(found.contains("twice.jsonl:1: eval.zoom is true, expected false as in this run"), found);
        for (const auto& files : {std::vector{once, twice}, std::vector{twice, once}}) {
            found = problem([&] { mergeRecords(files, {}); });
            QVERIFY2(found.contains("eval.zoom of small is") && found.contains("unlike"), found);
        }
        QVERIFY(mergeRecords({twice}, {})[0].notes.back().starts_with("--zoom: "));
    }

    /// Files that know nothing of looks were asked once.
    void olderFilesWereAskedOnce() {
        const SmallSet set(1);
        nlohmann::ordered_json older = settingOf(set, false);
        older.erase("zoom");
        const std::string path = file("older.jsonl");
        std::ofstream(path) << nlohmann::ordered_json{{"eval", older}}.dump() << "\n";
        record(path, set, false);
        QCOMPARE(readEvalLog(path).records.size(), std::size_t{2});
        const QByteArray found = problem([&] { EvalLog log(path, {settingOf(set, true)}); });
        QVERIFY2(found.contains("eval.zoom is false, expected true"), found);
    }
};

QTEST_APPLESS_MAIN(TestEvalZoom)
#include "tst_eval_zoom.moc"
