#include "ui/store/database.h"

#include "core/base/error.h"
#include "core/base/folders.h"
#include "core/base/output_file.h"
#include "ui/store/schema.h"

#include <QFileInfo>
#include <QSqlError>
#include <QThread>
#include <atomic>

namespace prunescope::ui {

namespace {

constexpr int kBusyMs = 5000;
constexpr int kSwitchAttempts = 100;
constexpr int kSwitchPauseMs = 20;

QString nextConnection() {
    static std::atomic<int> count = 0;
    return QStringLiteral("prunescope-%1").arg(++count);
}

} // namespace

Database::Database(const QString& path) : m_path(path), m_connection(nextConnection()) {
    if (!path.isEmpty()) {
        requireOurs(path); // before anything is opened for writing
        makePrivateFolders(QFileInfo(path).absolutePath().toStdString());
        OutputFile(path.toStdString(), Readers::Owner); // SQLite's own files take over who may read it
    }
    try {
        open();
    } catch (...) {
        QSqlDatabase::removeDatabase(m_connection);
        throw;
    }
}

Database::~Database() {
    QSqlDatabase::removeDatabase(m_connection);
}

void Database::open() {
    QSqlDatabase driver = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_connection);
    driver.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=%1").arg(kBusyMs));
    driver.setDatabaseName(m_path);
    if (!driver.open())
        fail(driver.lastError().text());
    useLogAhead();
    run(QStringLiteral("PRAGMA synchronous = FULL"));
    run(QStringLiteral("PRAGMA foreign_keys = ON"));
    run(QStringLiteral("PRAGMA secure_delete = ON")); // what somebody deletes is not left in free pages
    migrate(*this, m_path);
}

// Two programs that make the same database at once are told "locked" here without having waited.
void Database::useLogAhead() {
    for (int attempt = 0;; ++attempt) {
        try {
            run(QStringLiteral("PRAGMA journal_mode = WAL"));
            return;
        } catch (const Error&) {
            if (attempt == kSwitchAttempts)
                throw;
            QThread::msleep(kSwitchPauseMs);
        }
    }
}

QSqlQuery Database::prepared(const QString& statement) const {
    QSqlQuery query(QSqlDatabase::database(m_connection, false));
    query.setForwardOnly(true);
    if (!query.prepare(statement))
        fail(query.lastError().databaseText());
    return query;
}

void Database::run(QSqlQuery& statement) const {
    if (!statement.exec())
        fail(statement.lastError().databaseText());
}

QSqlQuery Database::run(const QString& statement, const QVariantList& values) const {
    QSqlQuery query = prepared(statement);
    for (const QVariant& value : values)
        query.addBindValue(value);
    run(query);
    return query;
}

QVariant Database::value(const QString& query, const QVariantList& values) const {
    QSqlQuery rows = run(query, values);
    return rows.next() ? rows.value(0) : QVariant();
}

void Database::fail(const QString& why) const {
    const QString named = m_path.isEmpty() ? QStringLiteral("temporary database") : m_path;
    throw Error(ErrorKind::WriteFailed, QStringLiteral("%1: %2").arg(named, why.simplified()).toStdString());
}

Transaction::Transaction(const Database& database) : m_database(database) {
    m_database.run(QStringLiteral("BEGIN IMMEDIATE"));
}

Transaction::~Transaction() {
    if (!m_isOpen)
        return;
    try {
        m_database.run(QStringLiteral("ROLLBACK"));
    } catch (const Error&) { // SQLite has taken it back by itself
    }
}

void Transaction::commit() {
    m_database.run(QStringLiteral("COMMIT"));
    m_isOpen = false;
}

} // namespace prunescope::ui
