// Whole evaluations of the golden sets: every set is opened, asked and answered as its expected values say, and what
// comes out is compared with what its toolkit made of the same answers.
#include "core/base/format.h"
#include "model/eval/set_report.h"
#include "tests/model/eval_fakes.h"
#include "tests/support/golden.h"

#include <QtTest>
#include <cmath>
#include <filesystem>

using namespace prunescope;
using namespace prunescope::model;
using namespace prunescope::test;
namespace fs = std::filesystem;

namespace {

/// A number of a toolkit's table; it stands in two ways, in percent and in parts of 1.
struct Expected {
    std::vector<std::string> names; ///< any of these
    double value = 0;
    std::string text;
};

double numberOf(const nlohmann::json& value) {
    return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

bool isNumber(const nlohmann::json& value) {
    return value.is_number() ||
           (value.is_string() && value.get<std::string>().find_first_not_of("0123456789.") == std::string::npos);
}

/// The numbers of a row; the columns of the row of all questions stand by their names alone.
void addRow(const nlohmann::json& row, bool alone, std::vector<Expected>& all) {
    const std::string split = row.value("split", "");
    for (const auto& [column, value] : row.items()) {
        if (column == "split" || !isNumber(value) || column.ends_with(":cnt"))
            continue;
        Expected expected{{}, numberOf(value), (split.empty() ? "" : split + ": ") + column};
        if (alone || split.empty() || split == "none" || split == "Overall")
            expected.names.push_back(column);
        if (!split.empty())
            expected.names.push_back(split + ": " + column);
        all.push_back(std::move(expected));
    }
}

std::vector<Expected> expectedNumbers(const nlohmann::json& result) {
    std::vector<Expected> all;
    for (const nlohmann::json& row : result.is_array() ? result : nlohmann::json::array({result}))
        addRow(row, result.size() == 1, all);
    return all;
}

/// As exact as the files are, which have six decimals.
bool agree(double found, double expected) {
    return std::abs(found - expected) < 2e-6 * std::max(1.0, expected) || std::abs(found - 100 * expected) < 1e-4;
}

QByteArray problem(const std::vector<NamedScore>& found, const Expected& expected) {
    QByteArray there;
    for (const NamedScore& score : found) {
        there += " " + QByteArray::fromStdString(score.name) + "=" + QByteArray::number(score.value);
        for (const std::string& name : expected.names)
            if (score.name == name && agree(score.value, expected.value))
                return {};
    }
    return QByteArray::fromStdString(expected.text) + " is missing or not " + QByteArray::number(expected.value) +
           "; there are" + there;
}

} // namespace

class TestGoldenEvals : public QObject {
    Q_OBJECT

    /// The answers to all questions of the set in its order, by the ids of their rows.
    static std::vector<std::string> answersOf(const QuestionSet& set, const nlohmann::json& answers) {
        std::vector<std::string> list;
        for (std::int64_t i = 0; i < set.size(); ++i)
            for (const AskedQuestion& asked : set.at(i).questions)
                list.push_back(answers.value(asked.id, "no answer for " + asked.id));
        return list;
    }

    static void addRows() {
        QTest::addColumn<QString>("file");
        if (!hasGolden("datasets"))
            return;
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(goldenFolder() / "datasets"))
            if (entry.path().string().ends_with(".expected.json"))
                files.push_back(entry.path());
        std::ranges::sort(files);
        for (const fs::path& path : files)
            if (readJson(path).contains("answers"))
                QTest::newRow(path.stem().c_str()) << QString::fromStdString(path.string());
    }

private Q_SLOTS:
    void evaluations_data() { addRows(); }
    void evaluations() {
        PRUNESCOPE_NEEDS_GOLDEN("datasets");
        QFETCH(QString, file);
        const nlohmann::json golden = readJson(file.toStdString());
        const fs::path folder = goldenFolder() / "datasets";
        const auto set = openQuestionSet((folder / golden.at("file").get<std::string>()).string());
        QCOMPARE(set->questions(), golden.at("questions").get<std::int64_t>());

        const std::vector<std::string> answers = answersOf(*set, golden.at("answers"));
        FakeEngine engine;
        engine.say = [&](const Request&) { return answers.at(engine.requests.size() - 1); };
        EvalOptions options;
        options.plans = {PrunePlan::none()};
        EvalRun run = runEval(engine, *set, options, nullptr, {}, {});
        QCOMPARE(run.records.size(), answers.size());
        QVERIFY(run.skipped.empty());
        for (EvalRecord& record : run.records) // as a merge has them
            record = evalRecordFromJson(nlohmann::json::parse(toJson(record).dump()), "x");

        nlohmann::ordered_json setting{{"set", set->name()}, {"prompt_style", "dataset"}};
        const SetReport report = setReport(std::move(setting), *set, std::move(run), {toText(options.plans.front())});
        QVERIFY2(report.rule(), set->name().c_str());
        const std::vector<NamedScore>& found = report.plans.front().aggregate;
        for (const Expected& expected : expectedNumbers(golden.at("result"))) {
            const QByteArray text = problem(found, expected);
            QVERIFY2(text.isEmpty(), text);
        }
    }

    /// Every picture counts once for each question, and once among the distinct ones.
    void picturesAreCounted_data() { addRows(); }
    void picturesAreCounted() {
        PRUNESCOPE_NEEDS_GOLDEN("datasets");
        QFETCH(QString, file);
        const nlohmann::json golden = readJson(file.toStdString());
        const auto set = openQuestionSet((goldenFolder() / "datasets" / golden.at("file").get<std::string>()).string());
        FakeEngine engine;
        EvalOptions options;
        options.plans = {PrunePlan::none()};
        options.style = &promptStyle("pixelprune"); // all pictures, each once
        std::set<std::string> distinct;
        std::int64_t uses = 0;
        for (const EvalRecord& record : runEval(engine, *set, options, nullptr, {}, {}).records)
            for (const EvalPicture& picture : record.pictures) {
                distinct.insert(picture.identity);
                ++uses;
            }
        if (golden.contains("picture_uses"))
            QCOMPARE(uses, golden.at("picture_uses").get<std::int64_t>());
        QCOMPARE(static_cast<std::int64_t>(distinct.size()), golden.at("pictures").get<std::int64_t>());
    }
};

QTEST_APPLESS_MAIN(TestGoldenEvals)
#include "tst_golden_evals.moc"
