// Reports of evaluations as Markdown, CSV and HTML, of records that are made up here.
#include "app/reports/eval_charts.h"
#include "app/reports/eval_report_file.h"
#include "app/reports/eval_sections.h"
#include "core/base/error.h"
#include "tests/support/pictures.h"

#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>
#include <cmath>
#include <fstream>

using namespace prunescope;
using namespace prunescope::app;
using namespace prunescope::test;

namespace {

const std::vector<std::string> kPlans{"input:keep_all", "input:pred_2d",
                                      "input:raster",   "input:pred_2d,metric=mae,tau=0.01",
                                      "vit@8:pred_2d",  "post:divprune,keep=1/2; llm@2:fastv,keep=1/2"};

/// One of ten questions about five pictures under a plan.
model::EvalRecord recordOf(const std::string& set, std::size_t plan, int question) {
    model::EvalRecord record;
    record.set = set;
    record.picture = question / 2;
    record.question = question % 2;
    record.questions = 2;
    record.image = "page <" + std::to_string(question / 2) + "> & more";
    record.asked = {"vqa", "What is | here?", "yes, \"indeed\"", {}};
    record.style = "dataset";
    record.plan = kPlans[plan];
    record.answer = "<b>no</b>";
    record.scores = {{"anls", question < 10 - static_cast<int>(plan) ? 1.0 : 0.25}};
    record.decided = question != 9;
    record.blocks = 100;
    record.keptBlocks = plan == 0 ? 100 : 40;
    record.equivalentTokens = plan == 0 ? 100 : 30;
    record.pictures = {
        {"id" + std::to_string(question / 2), {128, 64}, {128, 64}, 100, record.keptBlocks, 60, 2, 4, "8A=="}};
    record.promptTokensFull = 120;
    record.promptTokens = 20 + record.keptBlocks;
    record.kvBytes = 1000 * record.promptTokens;
    record.flops = 1e10 * static_cast<double>(record.promptTokens);
    record.whole = question % 2 == 0;
    record.first = question == 0;
    record.times.set(stage::kVit, 10);
    record.times.set(stage::kPrefill, plan == 0 ? 30 : 10);
    record.times.set(stage::kTtft, question == 0 ? 5000 : plan == 0 ? 40 : 20);
    record.times.set(stage::kTotal, 100);
    return record;
}

model::SetReport reportOf(const std::string& set, std::size_t plans = kPlans.size()) {
    model::SetReport report;
    report.setting = {{"data", set + ".tsv"}, {"set", set},         {"prompt_style", "dataset"}, {"model", "tiny"},
                      {"device", "cpu"},      {"dtype", "float32"}, {"weights", "native"}};
    for (std::size_t plan = 0; plan < plans; ++plan)
        for (int question = 0; question < 10; ++question)
            report.records.push_back(recordOf(set, plan, question));
    report.skipped = {{set + ".tsv:7", "image is empty"}};
    model::addResults(report, {kPlans.begin(), kPlans.begin() + static_cast<std::ptrdiff_t>(plans)});
    return report;
}

const ReportTable* find(const std::vector<ReportTable>& tables, const std::string& title) {
    for (const ReportTable& table : tables)
        if (table.title.starts_with(title))
            return &table;
    return nullptr;
}

QByteArray joined(const std::vector<std::string>& cells) {
    QByteArray text;
    for (const std::string& cell : cells)
        text += QByteArray::fromStdString(cell) + "/";
    return text;
}

} // namespace

class TestEvalReports : public QObject {
    Q_OBJECT

    const std::vector<model::SetReport> m_one{reportOf("mine")};
    const std::vector<model::SetReport> m_two{reportOf("mine"), reportOf("yours")};

private Q_SLOTS:
    void numbersByHand() {
        const model::PlanResult& full = m_one[0].plans[0];
        const model::PlanResult& pruned = m_one[0].plans[4]; // four answers of a quarter
        QCOMPARE(full.headline(), 100.0);
        QVERIFY(std::abs(pruned.headline() - 70.0) < 1e-9);
        QVERIFY(std::abs(*pruned.all.paired->relative - -30.0) < 1e-9);
        QVERIFY(std::abs(pruned.all.paired->scoreDifference - -0.3) < 1e-12);
        QVERIFY(pruned.all.paired->scoreInterval.low < -0.3 && pruned.all.paired->scoreInterval.high > -0.3);
        QCOMPARE(pruned.retain.questions, 0.4);
        QCOMPARE(pruned.retain.pictures, 0.4);
        QVERIFY(std::abs(*pruned.duplicates - 0.4) < 1e-12);
        QCOMPARE(pruned.all.undecided, std::int64_t{1});
        QCOMPARE(full.efficiency.questions, std::int64_t{4}); // five whole prompts less the first
        QCOMPARE(full.efficiency.ttftMs, 40.0);
        QCOMPARE(pruned.efficiency.speedUp, 2.0);
        QCOMPARE(full.sums.totalMs, 1000.0);
        QCOMPARE(full.sums.prefillMs(), 400.0);
    }

    /// Wider than if all questions were about other pictures.
    void questionsAboutAPictureBelongTogether() {
        model::SetReport apart = reportOf("mine");
        for (model::EvalRecord& record : apart.records)
            record.pictures[0].identity += std::to_string(record.question);
        model::addResults(apart, kPlans);
        const auto width = [](const model::SetReport& report) {
            const Interval interval = report.plans[4].all.pictureInterval;
            return interval.high - interval.low;
        };
        QVERIFY(width(m_one[0]) > width(apart) * 1.2);
    }

    void tablesOfOneSet() {
        const std::vector<ReportTable> tables = reportTables(m_one);
        const ReportTable* accuracy = find(tables, "Plans by sets");
        QVERIFY(accuracy);
        QCOMPARE(joined(accuracy->rows[0]), QByteArray("plan/mine/"));
        QCOMPARE(joined(accuracy->rows[5]), QByteArray("vit@8:pred_2d/70.0 (40.0 %)/"));
        const ReportTable* change = find(tables, "Change against input:keep_all at 40 %");
        QVERIFY(change);
        QVERIFY(joined(change->rows.back()).startsWith("change, %/-37.5/"));
        for (const char* title : {"How it was asked", "Efficiency", "Times", "By strategy", "By metric and tau",
                                  "By vision layer", "Before and inside the language model", "Sets"})
            QVERIFY2(find(tables, title), title);
        QCOMPARE(find(tables, "By strategy")->rows.size(), std::size_t{3});
    }

    void severalSetsHaveAnAverage() {
        const ReportTable table = accuracyTable(m_two);
        QCOMPARE(joined(table.rows[0]), QByteArray("plan/mine/yours/average/"));
        QCOMPARE(joined(table.rows[5]), QByteArray("vit@8:pred_2d/70.0 (40.0 %)/70.0 (40.0 %)/70.0 (40.0 %)/"));
        const nlohmann::ordered_json json = model::toJson(m_two);
        QCOMPARE(json.at("sets").size(), std::size_t{2});
        QVERIFY(std::abs(json.at("average").at(4).at("headline").get<double>() - 70) < 1e-9);
        QCOMPARE(json.at("sets").at(0).at("skipped").at(0).at("row").get<std::string>(), std::string("mine.tsv:7"));
        QVERIFY(!json.contains("set") && json.at("model") == "tiny");
    }

    void theObjectOfOneSet() {
        const nlohmann::ordered_json json = model::toJson(m_one);
        for (const char* name :
             {"data", "set", "prompt_style", "model", "device", "dtype", "weights", "interrupted", "skipped", "plans"})
            QVERIFY2(json.contains(name), name);
        const nlohmann::ordered_json& plan = json.at("plans").at(1);
        for (const char* name : {"plan", "questions", "right", "accuracy", "interval", "undecided", "difference",
                                 "retain_ratio", "kept_share", "prompt_tokens", "prompt_tokens_full", "answer_tokens",
                                 "ttft_ms", "total_ms", "method_ms", "prefill_ms", "tasks"})
            QVERIFY2(plan.contains(name), name);
        for (const char* name : {"to", "value", "interval", "p"})
            QVERIFY2(plan.at("difference").contains(name), name);
        for (const char* name : {"task", "scorer", "questions", "right", "accuracy", "interval", "scores"})
            QVERIFY2(plan.at("tasks").at(0).contains(name), name);
    }

    void markdownHasWholeTables() {
        const QList<QByteArray> lines = QByteArray::fromStdString(reportMarkdown(m_two)).split('\n');
        qsizetype columns = 0;
        for (const QByteArray& line : lines) {
            const qsizetype bars = line.count('|') - line.count("\\|");
            if (line.startsWith('|') && columns > 0)
                QCOMPARE(bars, columns);
            columns = line.startsWith('|') ? bars : 0;
        }
        QVERIFY(lines.join('\n').contains("left out: mine.tsv:7: image is empty"));
        QVERIFY(lines.join('\n').contains("can't tell differences below"));
    }

    void csvHasARowForEachPlanAndTask() {
        const QList<QByteArray> lines = QByteArray::fromStdString(reportCsv(m_two)).trimmed().split('\n');
        QCOMPARE(lines.size(), 1 + 2 * static_cast<qsizetype>(kPlans.size()) * 2);
        QVERIFY(lines[0].startsWith("set,prompt_style,scorer,plan,task,questions,right,accuracy"));
        QVERIFY(lines[7].contains("\"input:pred_2d,metric=mae,tau=0.01\""));
        for (const QByteArray& line : lines) {
            QByteArray bare = line;
            while (bare.contains('"')) // quoted cells
                bare.remove(bare.indexOf('"'), bare.indexOf('"', bare.indexOf('"') + 1) - bare.indexOf('"') + 1);
            QCOMPARE(bare.count(','), lines[0].count(','));
        }
    }

    /// Everything but the DOCTYPE and tags that stand alone is XML; nothing is loaded from elsewhere.
    void htmlIsWellFormedAndAlone() {
        int asked = 0;
        const auto pictures = [&](std::size_t, std::int64_t group) {
            ++asked;
            return std::vector{randomScreen(2, 4, static_cast<std::uint32_t>(group))};
        };
        QByteArray html = QByteArray::fromStdString(reportHtml(m_two, pictures));
        QVERIFY(asked > 0 && asked <= 8);
        QVERIFY(html.contains("data:image/png;base64,") && html.contains("&lt;b&gt;no&lt;/b&gt;"));
        QVERIFY(html.contains("Where plans disagree"));
        for (const char* word : {"http:", "https:", "<script", "src=\"/", "url("})
            QVERIFY2(!html.contains(word), word);
        QCOMPARE(html.count("<svg"), 2);
        QVERIFY(html.size() < (8 << 20));
        for (const char* tag : {"<meta charset=\"utf-8\">", "<meta name=\"viewport\" content=\"width=device-width\">",
                                "<!DOCTYPE html>", "<br>"})
            html.replace(tag, "");
        QByteArray closed;
        for (qsizetype at = 0; at < html.size();) { // <img ...> stands alone
            const qsizetype image = html.indexOf("<img ", at);
            const qsizetype end = image < 0 ? html.size() : html.indexOf('>', image);
            closed += html.mid(at, end - at) + (image < 0 ? "" : "/>");
            at = end + 1;
        }
        QXmlStreamReader reader(closed);
        while (!reader.atEnd())
            reader.readNext();
        QVERIFY2(!reader.hasError(),
                 qPrintable(reader.errorString() + QString(" at %1").arg(reader.characterOffset())));
    }

    void chartsOfEqualNumbers() {
        model::SetReport flat = reportOf("mine", 1);
        for (const std::string& svg : {paretoChart({flat}), barChart({flat})})
            QVERIFY(!QByteArray::fromStdString(svg).contains("nan") && !QByteArray::fromStdString(svg).contains("inf"));
    }

    void filesByTheirEnding() {
        QTemporaryDir folder;
        for (const char* name : {"a.html", "b.MD", "c.csv"}) {
            const std::string path = folder.filePath(name).toStdString();
            requireReportEnding(path);
            writeReport(path, m_one, {});
            QVERIFY(QFileInfo(QString::fromStdString(path)).size() > 500);
        }
        for (const char* name : {"a.txt", "html", "a.html.gz"})
            QVERIFY_EXCEPTION_THROWN(requireReportEnding(name), Error);
    }
};

QTEST_APPLESS_MAIN(TestEvalReports)
#include "tst_eval_reports.moc"
