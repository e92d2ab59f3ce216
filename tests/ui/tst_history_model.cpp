#include "ui/panels/history_model.h"
#include "ui/style/format.h"

#include <QAbstractItemModelTester>
#include <QtTest>

using namespace prunescope;
using prunescope::ui::HistoryModel;

namespace {

InteractionRecord recordOf(const std::string& question) {
    nlohmann::json answer{{"answer", "line one\nline two"},
                          {"plan", "input:pred_2d,tau=0.02"},
                          {"model", "Qwen3-VL-2B"},
                          {"device", "cpu"},
                          {"times_ms", {{"ttft", 19.4}}},
                          {"images", {{{"image", "/home/me/word.png"}, {"kept", 448}, {"blocks", 2040}}}}};
    return makeRecord("session", question, std::move(answer));
}

QString cell(const HistoryModel& model, int row, HistoryModel::Column column) {
    return model.index(row, column).data().toString();
}

} // namespace

class TestHistoryModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsTheRulesOfModels() {
        HistoryModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setRecords({recordOf("one"), recordOf("two")});
        model.add(recordOf("three"));
        model.setRecords({});
        model.add(recordOf("four"));
        QCOMPARE(model.rowCount(), 1);
    }

    void newestFirst() {
        HistoryModel model;
        model.setRecords({recordOf("one"), recordOf("two")});
        model.add(recordOf("three"));
        QCOMPARE(cell(model, 0, HistoryModel::Question), "three");
        QCOMPARE(cell(model, 2, HistoryModel::Question), "one");
        QCOMPARE(model.record(0).question, std::string("three"));
    }

    void thoughtsStandApart() {
        HistoryModel model;
        InteractionRecord record = recordOf("Where?");
        QVERIFY(!recordOf("Where?").answer.contains("thought"));
        record.answer["thought"] = "so";
        model.setRecords({recordOf("Where?"), record});
        QVERIFY(model.html(0).contains("Thought") && model.html(0).contains("so"));
        QVERIFY(!model.html(1).contains("Thought"));
    }

    void showsTheFigures() {
        HistoryModel model;
        model.setRecords({recordOf("Where?")});
        QCOMPARE(cell(model, 0, HistoryModel::Picture), "word.png");
        QCOMPARE(cell(model, 0, HistoryModel::Plan), "input:pred_2d,tau=0.02");
        QCOMPARE(cell(model, 0, HistoryModel::Kept), "448 of " + prunescope::ui::countText(2040));
        QCOMPARE(cell(model, 0, HistoryModel::FirstToken), "19.4 ms");
        QCOMPARE(cell(model, 0, HistoryModel::Answer), "line one line two");
        QVERIFY(!cell(model, 0, HistoryModel::Time).isEmpty());
    }

    void recordsOfAnyShapeAreHarmless() {
        for (const nlohmann::json& answer :
             {nlohmann::json(), nlohmann::json(3), nlohmann::json{{"images", 5}, {"times_ms", "x"}, {"answer", {1}}},
              nlohmann::json{{"images", nlohmann::json::array()}}}) {
            HistoryModel model;
            model.setRecords({makeRecord("s", "q", answer)});
            for (int column = 0; column < HistoryModel::ColumnCount; ++column)
                QVERIFY(model.index(0, column).data().isValid());
            QVERIFY(model.html(0).contains("q"));
        }
    }

    void textIsNeverMarkup() {
        HistoryModel model;
        model.setRecords({recordOf("<img src=x>")});
        QVERIFY(!model.html(0).contains("<img"));
    }
};

QTEST_GUILESS_MAIN(TestHistoryModel)
#include "tst_history_model.moc"
