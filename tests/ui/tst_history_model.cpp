#include "core/records/log_reader.h"
#include "tests/ui/log_samples.h"
#include "ui/panels/history_html.h"
#include "ui/panels/history_model.h"
#include "ui/store/history.h"
#include "ui/store/log_index.h"
#include "ui/store/store.h"
#include "ui/style/format.h"
#include "ui/workers/record_log.h"

#include <QAbstractItemModelTester>
#include <QDir>
#include <QTemporaryDir>
#include <QtTest>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::recordOf;

namespace {

/// A model over a log of its own.
class ListedLog {
public:
    explicit ListedLog(const QStringList& questions = {}) {
        test::logQuestions(path(), questions);
        show();
    }

    QString path() const { return m_folder.filePath("log.jsonl"); }
    /// Waits for the list and its first rows.
    bool show() {
        history.update();
        if (!QTest::qWaitFor([this] { return !history.isUpdating(); }))
            return false;
        model.refresh();
        return idle();
    }
    bool idle() {
        return QTest::qWaitFor([this] { return history.isIdle() && !history.isUpdating(); });
    }
    QString cell(int row, HistoryColumn column) {
        const QModelIndex index = model.index(row, static_cast<int>(column));
        (void)index.data();
        idle();
        return index.data().toString();
    }
    QString questions() {
        QStringList all;
        for (int row = 0; row < model.rowCount(); ++row)
            all << cell(row, HistoryColumn::Question);
        return all.join(' ');
    }

private:
    QTemporaryDir m_folder;

public:
    RecordLog log{path()};
    Store store{Store::pathBeside(path())};
    History history{store, log};
    HistoryModel model{history};
};

} // namespace

class TestHistoryModel : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsTheRulesOfModels() {
        ListedLog listed({"one", "two", "three"});
        QAbstractItemModelTester tester(&listed.model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(listed.questions(), "three two one");
        listed.log.append(recordOf("four"));
        QVERIFY(QTest::qWaitFor([&] { return listed.log.isIdle(); }) && listed.show());
        QCOMPARE(listed.questions(), "four three two one");
        listed.model.sort(static_cast<int>(HistoryColumn::Question), Qt::AscendingOrder);
        QVERIFY(listed.idle());
        QCOMPARE(listed.questions(), "four one three two");
        listed.history.remove({listed.model.lineAt(1), listed.model.lineAt(2)});
        QVERIFY(listed.idle() && listed.show());
        QCOMPARE(listed.questions(), "four two");
        listed.model.setWords("fou");
        QVERIFY(listed.idle());
        QCOMPARE(listed.questions(), "four");
        listed.model.setWords("nothing");
        QVERIFY(listed.idle());
        QCOMPARE(listed.model.rowCount(), 0);
        listed.model.setWords({});
        QVERIFY(listed.idle());
        QCOMPARE(listed.questions(), "four two");
    }

    /// Rows that nobody looks at are not read, and any row can be looked at.
    void rowsAreReadWhenTheyAreLookedAt() {
        QStringList many;
        for (int i = 0; i < 300; ++i)
            many << QString::number(i);
        ListedLog listed(many);
        QCOMPARE(listed.model.rowCount(), 300);
        const QModelIndex far = listed.model.index(250, static_cast<int>(HistoryColumn::Question));
        QSignalSpy changed(&listed.model, &HistoryModel::dataChanged);
        QCOMPARE(far.data().toString(), QString());
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(far.data().toString(), "49");
        QVERIFY(listed.history.isIdle()); // and not read once more
        QCOMPARE(listed.cell(299, HistoryColumn::Question), "0");
    }

    void aRowThatAnotherWindowDeletedIsBlank() {
        QStringList many;
        for (int i = 0; i < 100; ++i)
            many << QString::number(i);
        ListedLog listed(many);
        listed.history.remove({listed.model.lineAt(99)});
        QVERIFY(listed.idle());
        QCOMPARE(listed.cell(99, HistoryColumn::Question), QString());
        QVERIFY(listed.history.isIdle()); // it is not asked for again and again
    }

    void theLastWordsWin() {
        ListedLog listed({"one", "two"});
        listed.model.setWords("one");
        listed.model.setWords("two");
        QVERIFY(listed.idle());
        QCOMPARE(listed.questions(), "two");
    }

    void showsTheFigures() {
        ListedLog listed({"Where?"});
        QCOMPARE(listed.cell(0, HistoryColumn::Picture), "word.png");
        QCOMPARE(listed.cell(0, HistoryColumn::Plan), "input:pred_2d,tau=0.02");
        QCOMPARE(listed.cell(0, HistoryColumn::Kept), "448 of " + countText(2040));
        QCOMPARE(listed.cell(0, HistoryColumn::FirstToken), "19.4 ms");
        QCOMPARE(listed.cell(0, HistoryColumn::Answer), "first line last line");
        QVERIFY(!listed.cell(0, HistoryColumn::Time).isEmpty());
    }

    void recordsOfAnyShapeAreHarmless() {
        ListedLog listed;
        for (const nlohmann::json& answer :
             {nlohmann::json{{"images", 5}, {"times_ms", "x"}, {"answer", {1}}},
              nlohmann::json{{"images", nlohmann::json::array()}}, nlohmann::json::object()}) {
            const InteractionRecord record = makeRecord("s", "q", answer);
            listed.log.append(record);
            QVERIFY(historyHtml(record).contains("q"));
        }
        QVERIFY(QTest::qWaitFor([&] { return listed.log.isIdle(); }) && listed.show());
        QCOMPARE(listed.questions(), "q q q");
    }

    void thoughtsStandApart() {
        InteractionRecord record = recordOf("Where?");
        QVERIFY(!historyHtml(record).contains("Thought"));
        record.answer["thought"] = "so";
        QVERIFY(historyHtml(record).contains("Thought") && historyHtml(record).contains("so"));
    }

    void textIsNeverMarkup() { QVERIFY(!historyHtml(recordOf("<img src=x>")).contains("<img")); }

    // The history behind it -------------------------------------------------------------------------------------------

    void removalIsTakenBack() {
        ListedLog listed({"one", "two"});
        listed.history.remove({listed.model.lineAt(0)});
        listed.history.undoRemoval();
        QVERIFY(listed.idle() && listed.show());
        QCOMPARE(listed.questions(), "two one");
    }

    void whatWasKilledBeforeItsRemovalIsRemovedNextTime() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("log.jsonl");
        test::logQuestions(path, {"one", "two"});
        {
            const Database database(Store::pathBeside(path));
            LogIndex index(database, path.toStdString());
            index.updateAll();
            index.remove(findLines(database, index.log(), {"two", HistoryColumn::Time, Qt::AscendingOrder}));
        }
        RecordLog log(path);
        Store store(Store::pathBeside(path));
        History history(store, log);
        QTRY_VERIFY(readRecords(path.toStdString()).size() == 1);
    }

    void exportsChosenOnesOrAll() {
        ListedLog listed({"one", "two", "three"});
        QSignalSpy exported(&listed.history, &History::exported), failed(&listed.history, &History::failed);
        const auto questionsAt = [](const QString& path) {
            QStringList questions;
            for (const InteractionRecord& record : readRecords(path.toStdString()))
                questions << QString::fromStdString(record.question);
            return questions.join(' ');
        };
        const QString out = listed.path() + ".out";
        listed.history.exportTo(out, RecordFormat::JsonLines,
                                std::vector<qint64>{listed.model.lineAt(0), listed.model.lineAt(2)});
        QTRY_COMPARE(exported.size(), 1);
        QCOMPARE(questionsAt(out), "one three"); // oldest first
        listed.history.remove({listed.model.lineAt(1)});
        listed.history.exportTo(out, RecordFormat::JsonLines);
        QTRY_COMPARE(exported.size(), 2);
        QCOMPARE(exported.back()[1].toInt(), 2);
        QCOMPARE(questionsAt(out), "one three");
        listed.history.exportTo("/no/such/folder/out.csv", RecordFormat::Csv);
        QTRY_COMPARE(failed.size(), 1);
    }

    void whatIsNotOnDiskIsExportedToo() {
        const QTemporaryDir folder;
        QVERIFY(QDir().mkpath(folder.filePath("log.jsonl"))); // a folder where the log should be
        RecordLog log(folder.filePath("log.jsonl"));
        Store store({});
        History history(store, log);
        log.append(recordOf("kept in memory"));
        QTRY_VERIFY(log.isIdle());
        QSignalSpy exported(&history, &History::exported);
        history.exportTo(folder.filePath("out.jsonl"), RecordFormat::JsonLines);
        QTRY_COMPARE(exported.size(), 1);
        QCOMPARE(readRecords(folder.filePath("out.jsonl").toStdString()).front().question,
                 std::string("kept in memory"));
    }
};

QTEST_GUILESS_MAIN(TestHistoryModel)
#include "tst_history_model.moc"
