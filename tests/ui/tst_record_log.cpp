#include "ui/workers/record_log.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace prunescope;
using prunescope::ui::RecordLog;

namespace {

InteractionRecord recordOf(const std::string& question) {
    return makeRecord("session", question, {{"answer", "yes"}});
}

std::vector<std::string> questionsIn(const QString& path) {
    std::vector<std::string> questions;
    for (const InteractionRecord& record : readRecords(path.toStdString()))
        questions.push_back(record.question);
    return questions;
}

} // namespace

class TestRecordLog : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void appendsInOrder() {
        const QTemporaryDir folder;
        RecordLog log(folder.filePath("log.jsonl"));
        QSignalSpy appended(&log, &RecordLog::appended);
        for (const char* question : {"one", "two", "three"})
            log.append(recordOf(question));
        QCOMPARE(appended.size(), 3);
        QTRY_VERIFY(log.isIdle());
        QVERIFY(log.unsaved().empty());
        QCOMPARE(questionsIn(log.path()), (std::vector<std::string>{"one", "two", "three"}));
    }

    void whatCannotBeWrittenIsKeptAndTriedAgain() {
        const QTemporaryDir folder;
        QFile blocker(folder.filePath("place")); // a file where the log's folder should be
        QVERIFY(blocker.open(QIODevice::WriteOnly));
        RecordLog log(folder.filePath("place/log.jsonl"));
        QSignalSpy failed(&log, &RecordLog::saveFailed);
        log.append(recordOf("one"));
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed.front().front().toString().contains("place"));
        QCOMPARE(log.unsaved().size(), 1U);
        log.append(recordOf("two"));
        QTRY_COMPARE(failed.size(), 2);
        QCOMPARE(log.unsaved().size(), 2U);
        QVERIFY(blocker.remove());
        QSignalSpy saved(&log, &RecordLog::saved);
        log.retry();
        QTRY_COMPARE(saved.size(), 1);
        QVERIFY(log.unsaved().empty());
        QCOMPARE(questionsIn(log.path()), (std::vector<std::string>{"one", "two"}));
    }

    void aFullDiskLosesNothing() {
        if (!QFile::exists("/dev/full"))
            QSKIP("this system has no /dev/full");
        RecordLog log("/dev/full");
        QSignalSpy failed(&log, &RecordLog::saveFailed);
        log.append(recordOf("one"));
        QTRY_COMPARE(failed.size(), 1);
        QCOMPARE(log.unsaved().size(), 1U);
    }

    void unsavedRecordsAreReadAndExported() {
        const QTemporaryDir folder;
        QVERIFY(QDir().mkpath(folder.filePath("log.jsonl"))); // a folder where the log should be
        RecordLog log(folder.filePath("log.jsonl"));
        log.append(recordOf("kept in memory"));
        QTRY_VERIFY(log.isIdle());
        QSignalSpy exported(&log, &RecordLog::exported);
        log.exportTo(folder.filePath("out.jsonl"), RecordFormat::JsonLines);
        QTRY_COMPARE(exported.size(), 1);
        QCOMPARE(questionsIn(folder.filePath("out.jsonl")), (std::vector<std::string>{"kept in memory"}));
    }

    void readingCountsARecordOnce() {
        const QTemporaryDir folder;
        RecordLog log(folder.filePath("log.jsonl"));
        std::size_t count = 0;
        connect(&log, &RecordLog::recordsRead, this,
                [&](const std::vector<InteractionRecord>& records, int) { count = records.size(); });
        log.append(recordOf("being written"));
        log.readAll(); // while the write is under way
        QTRY_VERIFY(log.isIdle());
        QCOMPARE(count, 1U);
    }

    void whatComesWhileReadingIsThere() {
        const QTemporaryDir folder;
        RecordLog log(folder.filePath("log.jsonl"));
        std::size_t count = 0;
        connect(&log, &RecordLog::recordsRead, this,
                [&](const std::vector<InteractionRecord>& records, int) { count = records.size(); });
        log.readAll();
        log.append(recordOf("while it is read"));
        QTRY_VERIFY(log.isIdle());
        QCOMPARE(count, 1U);
    }

    void whatCannotBeReadIsSaid() {
        const QTemporaryDir folder;
        QVERIFY(QDir().mkpath(folder.filePath("log.jsonl"))); // a folder where the log should be
        RecordLog log(folder.filePath("log.jsonl"));
        QSignalSpy readFailed(&log, &RecordLog::readFailed), idle(&log, &RecordLog::becameIdle);
        log.readAll();
        QTRY_COMPARE(idle.size(), 1);
        QCOMPARE(readFailed.size(), 1);
    }

    void theRestIsWrittenAtTheEnd() {
        const QTemporaryDir folder;
        const QString path = folder.filePath("log.jsonl");
        const std::vector<std::string> questions{"one", "two", "three"};
        {
            RecordLog log(path);
            for (const std::string& question : questions)
                log.append(recordOf(question)); // the first is being written, the others wait for it
        }
        QCOMPARE(questionsIn(path), questions);
    }

    void exportsToNowhereFail() {
        const QTemporaryDir folder;
        RecordLog log(folder.filePath("log.jsonl"));
        QSignalSpy failed(&log, &RecordLog::failed);
        log.exportTo(folder.filePath("no/such/folder/out.csv"), RecordFormat::Csv);
        QTRY_COMPARE(failed.size(), 1);
    }
};

QTEST_GUILESS_MAIN(TestRecordLog)
#include "tst_record_log.moc"
