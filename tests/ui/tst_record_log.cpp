#include "core/records/log_reader.h"
#include "ui/workers/record_log.h"

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
        for (const char* question : {"one", "two", "three"})
            log.append(recordOf(question));
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
};

QTEST_GUILESS_MAIN(TestRecordLog)
#include "tst_record_log.moc"
