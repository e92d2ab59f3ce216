#include "core/base/python_number.h"
#include "model/scores/set_rule.h"
#include "tests/model/score_cases.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <map>

using namespace prunescope;
using nlohmann::json;

namespace {

namespace fs = std::filesystem;

constexpr double kTolerance = 1e-9;
constexpr double kRounding = 1e-4; // of percent, where files have parts of 1 with six decimals

std::vector<fs::path> filesEndingWith(const fs::path& folder, const std::string& ending) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename().string().ends_with(ending))
            files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

/// Where sets with their answers and results lie: those of the goldens, or rows of them without pictures.
fs::path setFolder() {
    const fs::path golden = test::goldenFolder() / "datasets";
    return fs::exists(golden / "MME.expected.json") ? golden : test::goldenFolder() / "scores" / "sets";
}

bool isClose(double a, double b, double tolerance) {
    return std::abs(a - b) <= tolerance;
}

/// What a score should have read; empty: nothing.
std::string readOf(const json& extracted) {
    if (extracted.is_null() || extracted == "Unknown")
        return "";
    return extracted.is_string() ? extracted.get<std::string>() : extracted.dump();
}

/// One line that says how a verdict differs from a case, or nothing.
std::string difference(const Verdict& verdict, const json& testCase, const char* extractedKey) {
    const double score = testCase.at("score");
    if (!isClose(verdict.score, std::max(score, 0.0), kTolerance) && std::string(extractedKey) == "extracted")
        return "score " + std::to_string(verdict.score);
    if (verdict.formatError != (score < 0 || testCase.value("result", "") == "wrong_format"))
        return "format error";
    const auto extracted = testCase.find(testCase.contains(extractedKey) ? extractedKey : "extracted");
    if (extracted == testCase.end())
        return "";
    const std::string wanted = readOf(*extracted);
    return verdict.decided == wanted.empty() || (!wanted.empty() && verdict.read != wanted) ? "read " + verdict.read
                                                                                            : "";
}

std::map<std::string, double> byName(const std::vector<NamedScore>& scores) {
    std::map<std::string, double> values;
    for (const auto& [name, value] : scores)
        values[name] = value;
    return values;
}

/// A result of a toolkit by our names: rows of a table are "ROW: COLUMN", one row or that of all questions has none.
std::map<std::string, double> namedResult(const json& result) {
    std::map<std::string, double> named;
    const json rows = result.is_array() ? result : json::array({result});
    for (const json& row : rows) {
        const std::string split = row.value("split", "");
        const std::string before = rows.size() == 1 || split == "Overall" ? "" : split + ": ";
        for (const auto& [name, value] : row.items())
            if (name != "split")
                named[before + name] = value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
    }
    return named;
}

ScoredQuestion scored(const SetRule& rule, const test::SetRow& row, const std::string& text) {
    ScoredQuestion question{row.index, row.answer, {}};
    question.answer.text = text;
    question.verdict = findScore(rule.scores.front())->judge(question.answer);
    return question;
}

/// A tool call at a point in parts of the sides; null: an answer without one.
std::string toolCall(const json& point, const json& size) {
    if (point.is_null())
        return "nowhere";
    const auto pixel = [&](std::size_t side) {
        return pythonNumber(point[side].get<double>() * size[side].get<double>());
    };
    return "<tool_call>\n{\"arguments\": {\"coordinate\": [" + pixel(0) + ", " + pixel(1) + "]}}\n</tool_call>";
}

/// A row of the authors' form of ScreenSpot-Pro with an answer that clicks at a point.
ScoredQuestion clicked(const json& row, const json& point) {
    ScoredQuestion question{row["id"], {}, {}};
    const auto box = row["bbox"].get<std::vector<double>>();
    question.answer.trueBox = PixelBox{box.at(0), box.at(1), box.at(2), box.at(3)};
    question.answer.size = question.answer.seen = {row["img_size"][0], row["img_size"][1]};
    for (const char* field : {"ui_type", "group", "application", "platform"})
        question.answer.fields[field] = row[field].get<std::string>();
    question.answer.text = toolCall(point, row["img_size"]);
    question.verdict = findScore("tool_call_point")->judge(question.answer);
    return question;
}

void compareAll(const std::vector<NamedScore>& given, const std::map<std::string, double>& expected, double factor,
                double tolerance) {
    const auto values = byName(given);
    QVERIFY(!expected.empty());
    for (const auto& [name, value] : expected) {
        QVERIFY2(values.contains(name), name.c_str());
        const std::string line = name + ": " + std::to_string(values.at(name)) + ", expected " + std::to_string(value);
        QVERIFY2(isClose(values.at(name), factor * value, tolerance), line.c_str());
    }
}

} // namespace

/// What the papers' toolkits say of invented answers, one by one and as sets.
class TestGoldenScores : public QObject {
    Q_OBJECT

    static void judgeAll(const std::string& name, const json& cases, const char* extractedKey) {
        const ScoreEntry* score = findScore(name);
        QVERIFY2(score, name.c_str());
        for (const json& testCase : cases) {
            const std::string wrong =
                difference(score->judge(test::givenAnswer(name, testCase)), testCase, extractedKey);
            QVERIFY2(wrong.empty(), (wrong + " of " + testCase.dump()).c_str());
        }
    }

private Q_SLOTS:
    void initTestCase() { PRUNESCOPE_NEEDS_GOLDEN("scores"); }

    void scores_data() {
        QTest::addColumn<QString>("file");
        for (const fs::path& file : filesEndingWith(test::goldenFolder() / "scores", ".json"))
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.string());
    }
    void scores() {
        QFETCH(QString, file);
        const fs::path path = file.toStdString();
        const json cases = test::scoreCases(path);
        QVERIFY(!cases.empty());
        judgeAll(path.stem().string(), cases, "extracted");
        if (path.stem() == "choice")
            judgeAll("choice_newer", cases, "extracted_newer");
    }

    void sets_data() {
        QTest::addColumn<QString>("name");
        for (const fs::path& file : filesEndingWith(setFolder(), ".tsv"))
            QTest::newRow(file.stem().c_str()) << QString::fromStdString(file.stem().string());
    }
    void sets() {
        QFETCH(QString, name);
        const SetRule* rule = setRule(name.toStdString());
        QVERIFY(rule);
        const json expected = test::readJson(setFolder() / (name.toStdString() + ".expected.json"));
        std::vector<ScoredQuestion> questions;
        const bool hasSizes = rule->scores.front() == "screenspot_v2";
        for (const test::SetRow& row : test::setRows(setFolder() / (name.toStdString() + ".tsv"), hasSizes))
            if (const auto answer = expected["answers"].find(row.index); answer != expected["answers"].end())
                questions.push_back(scored(*rule, row, *answer));
        QCOMPARE(questions.size(), expected["answers"].size());
        const bool isPercent = rule->kind != SetKind::Choice;
        const double tolerance = rule->kind == SetKind::Page ? 0.05 : kRounding; // pages have one decimal
        compareAll(rule->aggregate(questions), namedResult(expected["result"]), isPercent ? 1 : 100, tolerance);
    }

    void documents() {
        const json golden = test::readJson(setFolder() / "MMLongBench_DOC.aggregate.json");
        const SetRule& rule = *setRule("MMLongBench_DOC");
        std::vector<ScoredQuestion> questions;
        for (const json& row : golden["rows"]) {
            test::SetRow given{std::to_string(row["index"].get<int>()), {}};
            given.answer.expected = {row["answer"].get<std::string>()};
            for (const char* field : {"answer", "answer_format", "evidence_sources", "evidence_pages"})
                given.answer.fields[field] = row[field].get<std::string>();
            questions.push_back(scored(rule, given, row["pred"]));
            const double score = golden["scores"][questions.size() - 1];
            QVERIFY2(isClose(questions.back().verdict.score, score, 1e-6), row.dump().c_str());
        }
        std::map<std::string, double> expected;
        for (const json& line : golden["result"])
            expected[line["category"]] = line["avg_score"];
        compareAll(rule.aggregate(questions), expected, 100, kRounding);
    }

    void cycles() {
        const json golden = test::readJson(setFolder() / "HRBench.aggregate.json");
        std::vector<ScoredQuestion> questions;
        for (const json& row : golden["rows"]) {
            questions.push_back({row["index"].dump(), {}, {}});
            questions.back().answer.fields = {{"cycle_category", row["cycle_category"].dump()},
                                              {"category", row["category"]}};
            questions.back().verdict.score = row["hit"];
        }
        std::map<std::string, double> expected;
        for (const json& line : golden["result"]) {
            const json& cycle = line["cycle"];
            expected[(cycle.is_string() ? cycle.get<std::string>() : cycle.dump()) + ": " +
                     line["type"].get<std::string>()] = line["accuracy"];
        }
        const std::vector<NamedScore> scores = setRule("HRBench4K")->aggregate(questions);
        QCOMPARE(scores.front().name, std::string("Average: all"));
        compareAll(scores, expected, 100, kRounding);
    }

    /// The authors' own form of ScreenSpot-Pro, and their points as tool calls.
    void toolCalls() {
        const json golden = test::readJson(setFolder() / "screenspotpro.expected.json");
        std::vector<ScoredQuestion> questions;
        for (const json& row : test::readJson(setFolder() / golden["file"].get<std::string>())) {
            const std::string result = golden["correctness"][questions.size()];
            questions.push_back(clicked(row, golden["points"][row["id"].get<std::string>()]));
            QCOMPARE(questions.back().verdict.score, result == "correct" ? 1.0 : 0.0);
            QCOMPARE(questions.back().verdict.formatError, result == "wrong_format");
        }
        const json& overall = golden["result"]["overall"];
        std::map<std::string, double> expected{
            {"Overall_Accuracy", overall["action_acc"]},
            {"Text_Accuracy", overall["text_acc"]},
            {"Icon_Accuracy", overall["icon_acc"]},
            {"Format_Err_Rate", overall["wrong_format_num"].get<double>() / overall["num_total"].get<double>()}};
        for (const auto& [name, result] : golden["result"]["leaderboard_detailed_style"].items())
            expected[name] = result["action_acc"];
        compareAll(setRule("ScreenSpot_Pro")->aggregate(questions), expected, 100, kRounding);
    }
};

QTEST_APPLESS_MAIN(TestGoldenScores)
#include "tst_golden_scores.moc"
