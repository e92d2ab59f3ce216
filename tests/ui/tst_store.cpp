#include "core/base/error.h"
#include "tests/support/file_size_limit.h"
#include "tests/support/golden.h"
#include "ui/store/database.h"
#include "ui/store/schema.h"
#include "ui/store/store.h"
#include "ui/style/format.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <thread>

using namespace prunescope;
using namespace prunescope::ui;

namespace {

template <typename Action>
QString messageOf(ErrorKind kind, Action&& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.kind() == kind ? QString(error.what()) : "another kind: " + QString(error.what());
    }
    return "no error";
}

QByteArray contentOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QString dumpOf(int version) {
    return fromUtf8((test::dataFolder() / "store" / ("v" + std::to_string(version) + ".sql")).string());
}

/// Any database, made by the statements of a dump: one a line.
void makeFrom(const QString& path, const QByteArray& dump) {
    {
        QSqlDatabase any = QSqlDatabase::addDatabase("QSQLITE", "dump");
        any.setDatabaseName(path);
        QVERIFY(any.open());
        for (const QByteArray& line : dump.split('\n'))
            if (!line.trimmed().isEmpty() && !line.startsWith("--"))
                QVERIFY2(QSqlQuery(any).exec(QString::fromUtf8(line)), line);
    }
    QSqlDatabase::removeDatabase("dump");
}

/// What stands in the list of tables, in any order of making.
QStringList tablesOf(const Database& database) {
    QStringList tables;
    for (QSqlQuery row = database.run("SELECT name, sql FROM sqlite_master ORDER BY name"); row.next();)
        tables << row.value(0).toString() + ": " + row.value(1).toString().simplified();
    return tables;
}

} // namespace

class TestStore : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString path(const QString& name) const { return m_folder.filePath(name); }

private Q_SLOTS:
    void aNewDatabaseIsForItsOwner() {
        const Database database(path("new/folder/a.db"));
        QCOMPARE(database.value("PRAGMA user_version").toInt(), static_cast<int>(migrations().size()));
        QCOMPARE(database.value("PRAGMA journal_mode").toString(), "wal");
        QCOMPARE(database.value("PRAGMA foreign_keys").toInt(), 1);
        for (const QString& file : QDir(path("new/folder")).entryList(QDir::Files))
            QVERIFY2(!(QFile::permissions(path("new/folder/" + file)) & (QFile::ReadGroup | QFile::ReadOther)),
                     qPrintable(file));
    }

    /// Each version that was ever released, with something in it.
    void olderVersionsAreBroughtUpToDate_data() {
        QTest::addColumn<int>("version");
        for (int version = 0; version <= static_cast<int>(migrations().size()); ++version)
            QTest::addRow("%d", version) << version;
    }
    void olderVersionsAreBroughtUpToDate() {
        QFETCH(int, version);
        const QString old = path(QString("old%1.db").arg(version));
        if (version > 0)
            makeFrom(old, contentOf(dumpOf(version)));
        const Database migrated(old), fresh(path(QString("fresh%1.db").arg(version)));
        QCOMPARE(tablesOf(migrated), tablesOf(fresh));
        QCOMPARE(migrated.value("PRAGMA user_version").toInt(), static_cast<int>(migrations().size()));
        QCOMPARE(migrated.value("PRAGMA integrity_check").toString(), "ok");
        if (version > 0)
            QCOMPARE(
                migrated
                    .value("SELECT log_lines.question FROM log_lines JOIN log_text ON log_text.rowid = log_lines.id"
                           " WHERE log_text MATCH 'where'")
                    .toString(),
                "Where is Save?");
        if (version > 1)
            QCOMPARE(migrated
                         .value("SELECT title FROM conversations JOIN turns ON turns.id = leaf"
                                " WHERE turns.id IN (SELECT rowid FROM turn_text WHERE turn_text MATCH 'left')")
                         .toString(),
                     "Where is it?");
    }

    void aNewerVersionIsNotTouched() {
        const QString newer = path("newer.db");
        makeFrom(newer, "PRAGMA application_id = 1383428718\nPRAGMA user_version = 99\nCREATE TABLE wonders(x)\n");
        const QByteArray before = contentOf(newer);
        const QString message = messageOf(ErrorKind::Unsupported, [&] { const Database database(newer); });
        QVERIFY2(message.startsWith(newer) && message.contains("99") && !message.contains('\n'), qPrintable(message));
        QCOMPARE(contentOf(newer), before);
        QCOMPARE(QDir(m_folder.path()).entryList({"newer.db*"}).size(), 1);
    }

    void othersDatabasesAreNotTouched_data() {
        QTest::addColumn<QByteArray>("dump");
        QTest::newRow("of another program") << QByteArray("PRAGMA application_id = 7\nCREATE TABLE a(b)\n");
        QTest::newRow("of nobody") << QByteArray("CREATE TABLE a(b)\n");
        QTest::newRow("no database") << QByteArray();
    }
    void othersDatabasesAreNotTouched() {
        QFETCH(QByteArray, dump);
        const QString other = path(QString("other%1.db").arg(dump.size()));
        if (dump.isEmpty()) {
            QFile file(other);
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(5000, 'x'));
        } else {
            makeFrom(other, dump);
        }
        QVERIFY2(messageOf(ErrorKind::BadFile, [&] { const Database database(other); }).contains("no database of"), "");
        if (dump.isEmpty())
            QCOMPARE(contentOf(other), QByteArray(5000, 'x'));
    }

    void twoProgramsMakeOneDatabase() {
        std::atomic<int> rows = 0;
        {
            std::vector<std::jthread> programs;
            for (int program = 0; program < 4; ++program)
                programs.emplace_back([&, program] {
                    const Database database(path("shared.db"));
                    for (int i = 0; i < 20; ++i) {
                        Transaction transaction(database);
                        database.run("INSERT INTO logs(path) VALUES (?)", {QString("%1-%2").arg(program).arg(i)});
                        transaction.commit();
                        ++rows;
                    }
                });
        }
        QCOMPARE(rows.load(), 80);
        QCOMPARE(Database(path("shared.db")).value("SELECT count(*) FROM logs").toInt(), 80);
    }

    void whatIsNotCommittedIsTakenBack() {
        const Database database(path("back.db"));
        {
            Transaction transaction(database);
            database.run("INSERT INTO logs(path) VALUES ('a')");
        }
        QCOMPARE(database.value("SELECT count(*) FROM logs").toInt(), 0);
    }

    void aFullDiskIsOneLineAndLosesNothing() {
        const Database database(path("full.db"));
        database.run("INSERT INTO logs(path) VALUES ('before')");
        {
            const test::FileSizeLimit limit(static_cast<rlim_t>(QFileInfo(path("full.db-wal")).size()) + 8000);
            const QString message = messageOf(ErrorKind::WriteFailed, [&] {
                database.run("INSERT INTO logs(path) VALUES (?)", {QString(500'000, 'x')});
            });
            QVERIFY2(message.startsWith(path("full.db")) && !message.contains('\n'), qPrintable(message));
        }
        QCOMPARE(database.value("SELECT count(*) FROM logs").toInt(), 1);
        database.run("INSERT INTO logs(path) VALUES ('after')");
        QCOMPARE(database.value("PRAGMA integrity_check").toString(), "ok");
    }

    void worksInItsOwnThreadInOrder() {
        Store store(path("store.db"));
        QStringList done;
        store.start(
            this,
            [here = QThread::currentThread()](const Database& database) {
                database.run("INSERT INTO logs(path) VALUES ('a')");
                return QThread::currentThread() != here;
            },
            [&](bool elsewhere) { done << (elsewhere ? "elsewhere" : "here"); }, [](const QString&) {});
        store.start(
            this, [](const Database& database) { return database.value("SELECT path FROM logs").toString(); },
            [&](const QString& found) { done << found; }, [](const QString&) {});
        store.start(
            this, [](const Database& database) { database.run("no statement"); }, [] {},
            [&](const QString& why) { done << why; });
        QTRY_COMPARE(done.size(), 3);
        QCOMPARE(done.first(2), (QStringList{"elsewhere", "a"}));
        QVERIFY(done.back().startsWith(path("store.db")));
    }

    void whatCannotBeUsedIsSaidOnceAndStoodInFor_data() {
        QTest::addColumn<QString>("place");
        QTest::newRow("read-only") << "/proc/prunescope.db";
        QTest::newRow("a file as folder") << path("file/a.db");
        QTest::newRow("a folder") << m_folder.path();
    }
    void whatCannotBeUsedIsSaidOnceAndStoodInFor() {
        QFETCH(QString, place);
        QFile(path("file")).open(QIODevice::WriteOnly);
        Store store(place);
        QSignalSpy unavailable(&store, &Store::unavailable);
        int rows = 0;
        for (int i = 0; i < 2; ++i)
            store.start(
                this,
                [](const Database& database) {
                    database.run("INSERT INTO logs(path) VALUES (hex(randomblob(8)))");
                    return database.value("SELECT count(*) FROM logs").toInt();
                },
                [&](int count) { rows = count; }, [](const QString&) {});
        QTRY_COMPARE(rows, 2);
        QCOMPARE(unavailable.size(), 1);
        QVERIFY(!unavailable.front().front().toString().contains('\n'));
    }

    void theDatabaseOfALogIsBesideIt() {
        QCOMPARE(Store::pathBeside(path("log.jsonl")), path("prunescope.db"));
        QCOMPARE(Store::pathBeside("/dev/null"), QString());
    }
};

QTEST_GUILESS_MAIN(TestStore)
#include "tst_store.moc"
