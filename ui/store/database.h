#pragma once

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QString>
#include <QVariant>

namespace prunescope::ui {

/// One connection to a database of the program (SQLite). Belongs to the thread that makes it. What SQLite refuses (a
/// full disk, a folder that is read-only, a lock that is held for longer than five seconds) is thrown as
/// Error(WriteFailed) with one line that begins with the path.
class Database {
public:
    /// Opens the database, makes it where there is none, and brings its tables up to date (ui/store/schema.h). An empty
    /// path is a temporary one that nobody else sees and that goes with this. Throws, and changes nothing:
    /// Error(BadFile) for what is no database of the program, Error(Unsupported) for one that a newer version has
    /// written.
    explicit Database(const QString& path);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    /// A statement to be given values and run several times.
    QSqlQuery prepared(const QString& statement) const;
    /// Runs a statement; a query then stands before its first row.
    QSqlQuery run(const QString& statement, const QVariantList& values = {}) const;
    /// Runs a statement that has its values.
    void run(QSqlQuery& statement) const;
    /// Runs a query that gives one value; nothing where it gives no row.
    QVariant value(const QString& query, const QVariantList& values = {}) const;

private:
    void open();
    void useLogAhead();
    [[noreturn]] void fail(const QString& why) const;

    QString m_path;
    QString m_connection; ///< name in Qt's list
};

/// Changes that are made together or not at all: without `commit` they are taken back. Waits for the one of another
/// program.
class Transaction {
public:
    explicit Transaction(const Database& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    const Database& m_database;
    bool m_isOpen = true;
};

} // namespace prunescope::ui
