#include "core/base/error.h"
#include "tests/ui/log_samples.h"
#include "ui/store/database.h"
#include "ui/store/history_query.h"
#include "ui/store/log_index.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <filesystem>

using namespace prunescope;
using namespace prunescope::ui;
using prunescope::test::logQuestions;
using prunescope::test::recordOf;

namespace {

/// A log and its index, in a folder of their own.
class IndexedLog {
public:
    explicit IndexedLog(const QStringList& questions) {
        logQuestions(path(), questions);
        index.updateAll();
    }

    QString path() const { return m_folder.filePath("log.jsonl"); }
    QString databasePath() const { return m_folder.filePath("index.db"); }
    /// Questions that a query finds, joined.
    QString found(const HistoryQuery& query = {}) const { return questionsIn(database, index, query); }
    static QString questionsIn(const Database& database, const LogIndex& index, const HistoryQuery& query = {}) {
        QStringList questions;
        for (const HistoryRow& row : readRows(database, findLines(database, index.log(), query)))
            questions << QString::fromStdString(row.shown.question);
        return questions.join(' ');
    }
    qint64 line(const QString& question) const {
        return database.value("SELECT id FROM log_lines WHERE question = ?", {question}).toLongLong();
    }
    QByteArray content() const {
        QFile file(path());
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QByteArray& content) const {
        QFile file(path());
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }

private:
    QTemporaryDir m_folder;

public:
    Database database{databasePath()};
    LogIndex index{database, path().toStdString()};
};

} // namespace

class TestLogIndex : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void newestFirst() {
        const IndexedLog log({"one", "two", "three"});
        QCOMPARE(log.found(), "three two one");
    }

    void recordsAreReadFromTheFile() {
        const IndexedLog log({"one", "two"});
        const InteractionRecord record = log.index.record(log.line("two"));
        QCOMPARE(record.question, std::string("two"));
        QCOMPARE(record.answer["model"].get<std::string>(), std::string("Qwen3-VL-2B"));
    }

    void onlyWhatIsNewIsRead() {
        IndexedLog log({"one"});
        const qint64 first = log.line("one");
        QVERIFY(!log.index.updateAll().changed);
        logQuestions(log.path(), {"two"});
        QVERIFY(log.index.updateAll().changed);
        QCOMPARE(log.found(), "two one");
        QCOMPARE(log.line("one"), first); // and not read anew
    }

    void aChangedFileIsReadAnew_data() {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("found");
        QTest::newRow("cut") << "cut"
                             << "two one";
        QTest::newRow("replaced") << "replaced"
                                  << "three two one";
        QTest::newRow("edited, same length") << "edited"
                                             << "three tww one";
        QTest::newRow("a line taken out, others appended") << "taken"
                                                           << "more three one";
        QTest::newRow("gone") << "gone"
                              << "";
    }
    void aChangedFileIsReadAnew() {
        QFETCH(QString, change);
        QFETCH(QString, found);
        IndexedLog log({"one", "two", "three"});
        const qint64 first = log.line("one");
        const QByteArrayList lines = log.content().split('\n');
        if (change == "cut")
            log.write(lines[0] + '\n' + lines[1] + '\n');
        else if (change == "replaced")
            std::filesystem::copy_file(log.path().toStdString(), log.path().toStdString() + "2"),
                std::filesystem::rename(log.path().toStdString() + "2", log.path().toStdString());
        else if (change == "edited")
            log.write(log.content().replace("\"two\"", "\"tww\""));
        else if (change == "gone")
            QFile::remove(log.path());
        else {
            log.write(lines[0] + '\n' + lines[2] + '\n');
            logQuestions(log.path(), {"more"});
        }
        QVERIFY(log.index.updateAll().changed);
        QCOMPARE(log.found(), found);
        QVERIFY(log.line("one") != first);
    }

    void anEditThatWasOverlookedIsSeenWhenItIsRead() {
        IndexedLog log({QString(6000, 'a'), "two", QString(6000, 'c')});
        const FileStamp before = fileStamp(log.path().toStdString());
        log.write(log.content().replace("\"two\"", "\"t\"").replace("aaa\"", "aaaaa\""));
        log.database.run("UPDATE logs SET modified = ?",
                         {static_cast<qlonglong>(fileStamp(log.path().toStdString()).modifiedNs)});
        QCOMPARE(fileStamp(log.path().toStdString()).sizeBytes, before.sizeBytes);
        QVERIFY(!log.index.updateAll().changed);
        QVERIFY_EXCEPTION_THROWN(log.index.record(log.line("two")), Error);
        QVERIFY(log.index.updateAll().changed);
        QCOMPARE(log.index.record(log.line("t")).question, std::string("t"));
    }

    void aLostIndexIsMadeAnew() {
        const IndexedLog log({"one", "two"});
        const QTemporaryDir elsewhere;
        const Database other(elsewhere.filePath("other.db"));
        LogIndex index(other, log.path().toStdString());
        index.updateAll();
        QCOMPARE(IndexedLog::questionsIn(other, index), "two one");
    }

    void damagedAndUnfinishedLines() {
        IndexedLog log({"one"});
        const QByteArray good = log.content();
        log.write(good + "no json\n[1]\n\n" + good.left(50));
        QCOMPARE(log.index.updateAll().damaged, 2);
        QCOMPARE(log.found(), "one");
        QFile file(log.path());
        QVERIFY(file.open(QIODevice::Append));
        file.write(good.mid(50)); // the other program has finished it
        file.close();
        QCOMPARE(log.index.updateAll().damaged, 2);
        QCOMPARE(log.found(), "one one");
        logQuestions(log.path(), {"two"});
        log.index.updateAll();
        QCOMPARE(log.found(), "two one one");
    }

    void manyLinesComeStepByStep() {
        QTemporaryDir folder;
        QFile file(folder.filePath("many.jsonl"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (int i = 0; i < 2500; ++i)
            file.write(QByteArray::fromStdString(toJsonLine(recordOf("q" + std::to_string(i)))) + '\n');
        file.close();
        const Database database(folder.filePath("index.db"));
        LogIndex index(database, file.fileName().toStdString());
        const LogIndex::Progress first = index.update();
        QVERIFY(!first.isDone && first.share > 0 && first.share < 1);
        LogIndex other(database, file.fileName().toStdString()); // another window goes on where this one was
        QCOMPARE(other.updateAll().share, 1.0);
        QVERIFY(!index.updateAll().changed);
        QCOMPARE(findLines(database, index.log(), {}).size(), std::size_t{2500});
    }

    void severalLogsShareADatabase() {
        IndexedLog log({"one"});
        const QTemporaryDir folder;
        logQuestions(folder.filePath("b.jsonl"), {"two"});
        LogIndex other(log.database, folder.filePath("b.jsonl").toStdString());
        other.updateAll();
        QCOMPARE(log.found(), "one");
        QCOMPARE(IndexedLog::questionsIn(log.database, other), "two");
    }

    void aFolderIsNoLog() {
        const QTemporaryDir folder;
        const Database database{QString()};
        LogIndex index(database, folder.path().toStdString());
        QVERIFY_EXCEPTION_THROWN(index.update(), Error);
    }

    // Searching and sorting -------------------------------------------------------------------------------------------

    void wordsAreFound_data() {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("found");
        QTest::newRow("none") << ""
                              << "Öffnen Where-is_Save? plain";
        QTest::newRow("beginning of a word") << "sav"
                                             << "Where-is_Save?";
        QTest::newRow("of several") << "WHE sa"
                                    << "Where-is_Save?";
        QTest::newRow("order") << "save where"
                               << "Where-is_Save?";
        QTest::newRow("without accents") << "off"
                                         << "Öffnen";
        QTest::newRow("of the answer") << "last lin"
                                       << "Öffnen Where-is_Save? plain";
        QTest::newRow("of the picture") << "word.png"
                                        << "Öffnen Where-is_Save? plain";
        QTest::newRow("nothing") << "nowhere"
                                 << "";
        QTest::newRow("middle of a word") << "ave"
                                          << "";
        for (const char* odd : {"\"",   "'", "sav\"", "(", "-", "*",  "AND", "NEAR(", "question:", "^sav",
                                "a OR", "+", "{}",    ";", "?", "!!", "\\",  "%_",    "NOT",       ":"})
            QTest::newRow(odd) << QString(odd)
                               << (matchText(odd).isEmpty()       ? "Öffnen Where-is_Save? plain"
                                   : QString(odd).contains("sav") ? "Where-is_Save?"
                                                                  : "");
    }
    void wordsAreFound() {
        QFETCH(QString, words);
        QFETCH(QString, found);
        static const IndexedLog log({"plain", "Where-is_Save?", "Öffnen"});
        QCOMPARE(log.found({words, HistoryColumn::Time, Qt::DescendingOrder}), found);
    }

    void everyColumnSorts() {
        IndexedLog log({});
        const auto add = [&](const char* question, const char* answer, const char* picture, const char* plan, int kept,
                             double ms) {
            InteractionRecord record = recordOf(question, answer);
            record.answer["images"][0] = {{"image", picture}, {"kept", kept}, {"blocks", 100}};
            record.answer["plan"] = plan;
            record.answer["times_ms"]["ttft"] = ms;
            RecordWriter(log.path().toStdString()).append(record);
        };
        add("b", "x", "/z/B.png", "p2", 30, 5);
        add("C", "Y", "/a/c.png", "p3", 10, 7);
        add("a", "z", "/b/a.png", "p1", 20, 6);
        log.index.updateAll();
        const auto sorted = [&](HistoryColumn column, Qt::SortOrder order) { return log.found({{}, column, order}); };
        const std::pair<HistoryColumn, const char*> expected[]{
            {HistoryColumn::Time, "b C a"},      {HistoryColumn::Question, "a b C"}, {HistoryColumn::Answer, "b C a"},
            {HistoryColumn::Picture, "a b C"},   {HistoryColumn::Plan, "a b C"},     {HistoryColumn::Kept, "C a b"},
            {HistoryColumn::FirstToken, "b a C"}};
        for (const auto& [column, ascending] : expected) {
            QCOMPARE(sorted(column, Qt::AscendingOrder), ascending);
            QString reversed = ascending;
            std::reverse(reversed.begin(), reversed.end());
            QCOMPARE(sorted(column, Qt::DescendingOrder), reversed);
        }
    }

    // Deleting --------------------------------------------------------------------------------------------------------

    void deletedLinesAreHiddenAndComeBack() {
        IndexedLog log({"one", "zebra", "three"});
        const std::vector<qint64> lines{log.line("zebra"), log.line("one")};
        log.index.remove(lines);
        QCOMPARE(log.found(), "three");
        QCOMPARE(log.found({"zebra", HistoryColumn::Time, Qt::AscendingOrder}), "");
        QCOMPARE(log.index.deletedPlaces().size(), std::size_t{2});
        log.index.updateAll();
        QCOMPARE(log.found(), "three");
        log.index.restore(lines);
        QCOMPARE(log.found(), "three zebra one");
        QCOMPARE(log.found({"zebra", HistoryColumn::Time, Qt::AscendingOrder}), "zebra");
        QCOMPARE(log.line("zebra"), lines[0]);
        QCOMPARE(log.index.removeDeleted(), 0);
    }

    void deletedLinesAreTakenOutOfTheFile() {
        IndexedLog log({"one", "two", "three", "four", "five"});
        const qint64 five = log.line("five");
        log.index.remove({log.line("four"), log.line("two")});
        logQuestions(log.path(), {"six"}); // meanwhile
        QCOMPARE(log.index.removeDeleted(), 2);
        QVERIFY(!log.content().contains("\"two\""));
        QCOMPARE(log.content().count('\n'), 4);
        QVERIFY(!log.index.updateAll().changed); // the index went along
        QCOMPARE(log.found(), "six five three one");
        QCOMPARE(log.line("five"), five);
        for (const char* question : {"one", "three", "five", "six"})
            QCOMPARE(log.index.record(log.line(question)).question, std::string(question));
        logQuestions(log.path(), {"seven"});
        log.index.updateAll();
        QCOMPARE(log.found(), "seven six five three one");
    }

    void deletedTextsAreNotInTheDatabase() {
        IndexedLog log({"one", "Xylophone"});
        log.index.remove({log.line("Xylophone")});
        log.index.removeDeleted();
        for (const QString& name : {log.databasePath(), log.databasePath() + "-wal"}) {
            QFile file(name);
            QVERIFY(file.open(QIODevice::ReadOnly));
            QVERIFY2(!file.readAll().toLower().contains("xylophone"), qPrintable(name));
        }
    }

    void whatWasDeletedStaysSoWhenTheFileIsReadAnew() {
        IndexedLog log({"one", "two"});
        log.index.remove({log.line("two")});
        log.write('\n' + log.content()); // moves everything
        log.index.updateAll();
        QCOMPARE(log.found(), "one");
        QCOMPARE(log.index.removeDeleted(), 1);
        QVERIFY(!log.content().contains("\"two\""));
        QCOMPARE(log.found(), "one");
    }
};

QTEST_GUILESS_MAIN(TestLogIndex)
#include "tst_log_index.moc"
