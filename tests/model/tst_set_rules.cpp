#include "model/scores/set_rule.h"

#include <QtTest>
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace prunescope;

namespace {

/// A question with a score, in a set with these fields.
ScoredQuestion asked(double score, QuestionFields fields, const char* read = "") {
    ScoredQuestion question{fields.contains("index") ? fields["index"] : "", {}, {.score = score, .read = read}};
    question.answer.fields = std::move(fields);
    return question;
}

std::map<std::string, double> sums(std::string_view set, const std::vector<ScoredQuestion>& questions) {
    std::map<std::string, double> values;
    for (const auto& [name, value] : setRule(set)->aggregate(questions))
        values[name] = value;
    return values;
}

bool isClose(double a, double b) {
    return std::abs(a - b) < 1e-9;
}

} // namespace

/// Which sets are known by name, and how their scores are added up where goldens do not say it.
class TestSetRules : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyRuleHasScoresAndAddsUp() {
        std::set<std::string_view> names;
        for (const SetRule& rule : setRules()) {
            QVERIFY2(names.insert(rule.name).second, rule.name.data());
            QVERIFY2(!rule.title.empty() && !rule.headline.empty() && !rule.scores.empty(), rule.name.data());
            for (const std::string_view score : rule.scores)
                QVERIFY2(findScore(score), score.data());
            QVERIFY2(rule.aggregate, rule.name.data());
            QVERIFY2(rule.aggregate({}).empty(), rule.name.data());
            QCOMPARE(setRule(rule.name), &rule);
        }
    }

    /// With fields that are no numbers, no lists and not there at all.
    void everySumOfOddQuestionsIsANumber() {
        const QuestionFields odd{
            {"index", "_"},        {"g_index", "x"},          {"category", ","},  {"split", "\xff"},
            {"skills", "['"},      {"evidence_pages", "[1,"}, {"answer", "[{}]"}, {"task", "t"},
            {"image_path", "a/b"}, {"cycle_category", "1e99"}};
        for (const SetRule& rule : setRules())
            for (const std::size_t count : {1u, 2u, 5u}) {
                std::vector<ScoredQuestion> questions(count);
                questions.push_back(asked(1, odd, "+1"));
                questions.push_back(asked(0.5, odd, "0"));
                for (const auto& [name, value] : rule.aggregate(questions))
                    QVERIFY2(std::isfinite(value) && value >= 0 && !name.empty(), rule.name.data());
            }
    }

    void names_data() {
        QTest::addColumn<QString>("set");
        QTest::addColumn<QString>("rule");
        const auto row = [](const char* set, const char* rule) { QTest::newRow(set) << set << rule; };
        row("DocVQA_VAL", "DocVQA_VAL");
        row("docvqa_test", "DocVQA");
        row("DOCVQA", "DocVQA");
        row("InfoVQA_VAL_part2", "InfoVQA_VAL");
        row("MMBench_DEV_EN_V11", "MMBench_DEV_EN_V11");
        row("MMBench_DEV_CN", "MMBench");
        row("MMMU_DEV_VAL", "MMMU");
        row("HRBench8K", "HRBench8K");
        row("ScreenSpot_v2_Web", "ScreenSpot_v2_Web");
        row("ScreenSpot-v2", "ScreenSpot_v2");
        row("screenspot_mobile_v2", "screenspot_mobile_v2");
        row("ScreenSpot_Pro_CAD", "ScreenSpot_Pro_CAD");
        row("screenspot-pro", "ScreenSpot_Pro");
        row("MathVision", "MathVision");
        row("MIA-Bench", "MIA-Bench");
        row("mia_bench", "MIA-Bench");
        for (const char* none : {"", "Doc", "MyDocVQA", "ChartQAPro", "MME-RealWorld", "mme_realworld_cn",
                                 "OCRBench_v2", "MMMU_Pro_10c", "screenspot", "vqa"})
            row(none, "");
    }
    void names() {
        QFETCH(QString, set);
        QFETCH(QString, rule);
        const SetRule* found = setRule(set.toStdString());
        QCOMPARE(QString::fromStdString(std::string(found ? found->name : "")), rule);
    }

    void sizes() {
        QCOMPARE(setRule("DocVQA_VAL")->questions, 5349);
        QCOMPARE(setRule("ScreenSpot_v2_Mobile")->questions, 501);
        std::int64_t places = 0;
        for (const char* group : {"Development", "Creative", "CAD", "Scientific", "Office", "OS"})
            places += setRule(std::string("ScreenSpot_Pro_") + group)->questions;
        QCOMPARE(places, 1581);
        QVERIFY(setRule("MathVista_MINI")->needsJudge && !setRule("MMStar")->needsJudge);
    }

    void openQuestionsBySplitElseByCategory() {
        const std::vector<ScoredQuestion> both{asked(1, {{"split", "val"}, {"category", "a"}}),
                                               asked(0, {{"split", "dev"}, {"category", "a"}})};
        QCOMPARE(sums("DocVQA", both), (std::map<std::string, double>{{"Overall", 50}, {"dev", 0}, {"val", 100}}));
        const std::vector<ScoredQuestion> one{asked(1, {{"category", "a"}}), asked(0.5, {{"category", ""}})};
        QCOMPARE(sums("InfoVQA", one), (std::map<std::string, double>{{"Overall", 75}, {"a", 100}}));
    }

    void aQuestionOfMmBenchNeedsAllItsRotations() {
        const std::vector<ScoredQuestion> rows{asked(1, {{"index", "7"}}), asked(1, {{"index", "1000007"}}),
                                               asked(1, {{"index", "8"}}), asked(0, {{"index", "2000008"}}),
                                               asked(1, {{"index", "1000009"}})}; // whose first rotation is not there
        QCOMPARE(sums("MMBench_DEV_EN", rows).at("Overall"), 50.0);
        const std::vector<ScoredQuestion> named{asked(1, {{"index", "70"}, {"g_index", "70"}}),
                                                asked(0, {{"index", "71"}, {"g_index", "70.0"}})};
        QCOMPARE(sums("MMBench_DEV_EN", named).at("Overall"), 0.0);
    }

    void mmmuShowsValidationFirst() {
        const std::vector<ScoredQuestion> rows{asked(0, {{"split", "dev"}}), asked(1, {{"split", "validation"}})};
        const std::vector<NamedScore> scores = setRule("MMMU_DEV_VAL")->aggregate(rows);
        QCOMPARE(scores.front(), (NamedScore{"validation: Overall", 100}));
        QCOMPARE(scores.back(), (NamedScore{"dev: Overall", 0}));
    }

    void sumsOfMmeNeedAllCategories() {
        std::vector<ScoredQuestion> rows;
        for (const char* category :
             {"OCR", "artwork", "celebrity", "color", "count", "existence", "landmark", "position", "posters", "scene"})
            for (const char* picture : {"1", "1", "2", "2"})
                rows.push_back(asked(*picture == '1' ? 1 : 0, {{"category", category}, {"image_path", picture}}));
        const std::vector<NamedScore> scores = setRule("MME")->aggregate(rows);
        QCOMPARE(scores.front(), (NamedScore{"perception", 1000}));
        QVERIFY(std::ranges::none_of(scores, [](const NamedScore& score) { return score.name == "reasoning"; }));
    }

    void popeCountsARowForEachOfItsCategories() {
        std::vector<ScoredQuestion> rows{asked(1, {{"category", "a,b"}}, "Yes"), asked(0, {{"category", "b"}}, "No")};
        for (ScoredQuestion& row : rows)
            row.answer.expected = {"Yes"};
        const auto scores = sums("POPE", rows);
        QVERIFY(isClose(scores.at("recall"), 200.0 / 3) && isClose(scores.at("Overall"), 80));
        QVERIFY(isClose(scores.at("a: Overall"), 100) && isClose(scores.at("b: acc"), 50));
    }

    void groupsOfPlacesCountAlike() {
        std::vector<ScoredQuestion> rows{asked(1, {{"group", "Dev"}, {"ui_type", "text"}}),
                                         asked(1, {{"group", "CAD"}, {"ui_type", "icon"}}),
                                         asked(0, {{"group", "CAD"}, {"ui_type", "text"}}),
                                         asked(0, {{"category", "Development"}, {"ui_type", "text"}})};
        rows.back().verdict.formatError = true;
        const std::vector<NamedScore> list = setRule("ScreenSpot_Pro")->aggregate(rows);
        QCOMPARE(list.front(), (NamedScore{"mean of groups", 50}));
        const auto scores = sums("ScreenSpot_Pro", rows);
        QVERIFY(isClose(scores.at("Overall_Accuracy"), 50) && isClose(scores.at("Format_Err_Rate"), 25));
        QVERIFY(isClose(scores.at("Text_Accuracy"), 100.0 / 3) && isClose(scores.at("Icon_Accuracy"), 100));
        QCOMPARE(scores.at("text:cnt"), 3.0);
        rows.resize(1);
        QCOMPARE(setRule("ScreenSpot_Pro")->aggregate(rows).front().name, std::string("Overall_Accuracy"));
    }

    void pagesWithoutFormulas() {
        const auto page = [](const char* pdf, const char* read) {
            return asked(0, {{"answer", std::string("[{\"type\": \"order\", \"pdf\": \"") + pdf + "\"}]"}}, read);
        };
        const auto scores = sums(
            "olmOCRBench", {page("arxiv_math/a.pdf", "0+1"), page("tables/b.pdf", "1+0"), page("tables/c.pdf", "0+1")});
        QVERIFY(isClose(scores.at("tables"), 50) && isClose(scores.at("baseline"), 200.0 / 3));
        QVERIFY(isClose(scores.at("overall"), (0 + 50 + 200.0 / 3) / 3));
        QVERIFY(isClose(scores.at("overall without formulas"), (50 + 200.0 / 3) / 2));
    }

    void skillsOfMathVista() {
        const auto scores = sums("MathVista_MINI", {asked(1, {{"task", "t"}, {"skills", "['a', 'b']"}}),
                                                    asked(0, {{"task", "t"}, {"skills", "b"}})});
        QCOMPARE(scores, (std::map<std::string, double>{{"Overall", 50}, {"t", 50}, {"a", 100}, {"b", 50}}));
    }
};

QTEST_APPLESS_MAIN(TestSetRules)
#include "tst_set_rules.moc"
