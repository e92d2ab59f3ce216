#include "ui/store/schema.h"

#include "core/base/error.h"
#include "ui/store/database.h"

#include <QFile>
#include <QtEndian>
#include <array>

namespace prunescope::ui {

namespace {

constexpr quint32 kApplicationId = 0x5072756e; // "Prun"
constexpr qint64 kHeaderBytes = 100;           // https://www.sqlite.org/fileformat.html#the_database_header
constexpr qsizetype kVersionAt = 60;
constexpr qsizetype kApplicationIdAt = 68;

/// 1: the index of the log.
QStringList logIndex() {
    return {
        QStringLiteral("CREATE TABLE logs ("
                       " id INTEGER PRIMARY KEY,"
                       " path TEXT NOT NULL UNIQUE,"
                       " inode INTEGER NOT NULL DEFAULT 0,"    // of the file as it was read
                       " size INTEGER NOT NULL DEFAULT 0,"     // up to which nothing is left to read
                       " modified INTEGER NOT NULL DEFAULT 0," // ns since 1970
                       " read_to INTEGER NOT NULL DEFAULT 0,"  // where the next line begins
                       " tail BLOB NOT NULL DEFAULT x'',"      // checksum of the bytes before that
                       " damaged INTEGER NOT NULL DEFAULT 0)"),
        QStringLiteral("CREATE TABLE log_lines ("
                       " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                       " log INTEGER NOT NULL REFERENCES logs(id) ON DELETE CASCADE,"
                       " at INTEGER NOT NULL,"
                       " length INTEGER NOT NULL,"
                       " record TEXT NOT NULL,"
                       " time TEXT NOT NULL,"
                       " kept INTEGER NOT NULL,"
                       " blocks INTEGER NOT NULL,"
                       " first_token_ms REAL NOT NULL,"
                       " plan TEXT NOT NULL,"
                       " pictures TEXT NOT NULL,"
                       " question TEXT NOT NULL,"
                       " answer TEXT NOT NULL)"),
        QStringLiteral("CREATE INDEX log_lines_by_time ON log_lines(log, time)"),
        QStringLiteral("CREATE INDEX log_lines_by_place ON log_lines(log, at)"),
        // Taken out of the history and not yet out of the file.
        QStringLiteral("CREATE TABLE deleted_lines ("
                       " id INTEGER PRIMARY KEY,"
                       " log INTEGER NOT NULL REFERENCES logs(id) ON DELETE CASCADE,"
                       " record TEXT NOT NULL,"
                       " at INTEGER NOT NULL," // negative: not found again yet
                       " length INTEGER NOT NULL)"),
        QStringLiteral("CREATE VIRTUAL TABLE log_text USING fts5(question, answer, pictures, content='log_lines',"
                       " content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')"),
        QStringLiteral("CREATE TRIGGER log_lines_added AFTER INSERT ON log_lines BEGIN"
                       " INSERT INTO log_text(rowid, question, answer, pictures)"
                       " VALUES (new.id, new.question, new.answer, new.pictures); END"),
        QStringLiteral("CREATE TRIGGER log_lines_removed AFTER DELETE ON log_lines BEGIN"
                       " INSERT INTO log_text(log_text, rowid, question, answer, pictures)"
                       " VALUES ('delete', old.id, old.question, old.answer, old.pictures); END"),
    };
}

/// The words of a table, which are searched: kept by triggers.
QStringList textOf(const QString& text, const QString& table, const QString& columns, const QString& options) {
    const auto each = [&](const QString& row) {
        QStringList values;
        for (const QString& column : columns.split(QStringLiteral(", ")))
            values << row + QLatin1Char('.') + column;
        return values.join(QStringLiteral(", "));
    };
    const QString forget = QStringLiteral("INSERT INTO %1(%1, rowid, %2) VALUES ('delete', old.id, %3);")
                               .arg(text, columns, each(QStringLiteral("old")));
    const QString add = QStringLiteral("INSERT INTO %1(rowid, %2) VALUES (new.id, %3);")
                            .arg(text, columns, each(QStringLiteral("new")));
    return {
        QStringLiteral("CREATE VIRTUAL TABLE %1 USING fts5(%2, content='%3', content_rowid='id', %4)")
            .arg(text, columns, table, options),
        QStringLiteral("CREATE TRIGGER %1_added AFTER INSERT ON %1 BEGIN %2 END").arg(table, add),
        QStringLiteral("CREATE TRIGGER %1_removed AFTER DELETE ON %1 BEGIN %2 END").arg(table, forget),
        QStringLiteral("CREATE TRIGGER %1_changed AFTER UPDATE OF %2 ON %1 BEGIN %3 %4 END")
            .arg(table, columns, forget, add),
    };
}

/// 2: conversations.
QStringList conversations() {
    QStringList statements{
        // As they were asked about: what was redacted is black. The thumbnail stands first, since what is behind a
        // long value is found through all of it.
        QStringLiteral("CREATE TABLE pictures ("
                       " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                       " sha256 BLOB NOT NULL UNIQUE," // of size and pixels
                       " width INTEGER NOT NULL,"
                       " height INTEGER NOT NULL,"
                       " thumbnail BLOB NOT NULL,"
                       " png BLOB NOT NULL)"),
        QStringLiteral("CREATE TABLE conversations ("
                       " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                       " title TEXT NOT NULL,"
                       " created_ms INTEGER NOT NULL,"
                       " changed_ms INTEGER NOT NULL,"
                       " deleted_ms INTEGER NOT NULL DEFAULT 0," // 0: it is not; else it is soon
                       " leaf INTEGER REFERENCES turns(id))"),   // last turn of the branch that is shown
        // Turns with the same parent are branches.
        QStringLiteral("CREATE TABLE turns ("
                       " id INTEGER PRIMARY KEY AUTOINCREMENT,"
                       " conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,"
                       " parent INTEGER REFERENCES turns(id)," // null: a first one
                       " picture INTEGER NOT NULL REFERENCES pictures(id),"
                       " picture_name TEXT NOT NULL,"
                       " asked_ms INTEGER NOT NULL,"
                       " state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'stopped')),"
                       " question TEXT NOT NULL,"
                       " answer TEXT NOT NULL," // its words
                       " plan TEXT NOT NULL,"
                       " error TEXT NOT NULL,"
                       " content TEXT NOT NULL)"), // JSON
        QStringLiteral("CREATE INDEX conversations_by_change ON conversations(deleted_ms, changed_ms)"),
        QStringLiteral("CREATE INDEX conversations_by_leaf ON conversations(leaf)"),
        QStringLiteral("CREATE INDEX turns_by_conversation ON turns(conversation, parent)"),
        QStringLiteral("CREATE INDEX turns_by_parent ON turns(parent)"),
        QStringLiteral("CREATE INDEX turns_by_picture ON turns(picture)"),
        // What a search asks of each turn that it finds; the turns themselves are long.
        QStringLiteral("CREATE INDEX conversations_of_turns ON turns(id, conversation)"),
    };
    const QString options = QStringLiteral("tokenize='unicode61 remove_diacritics 2', prefix='2 3'");
    statements << textOf(QStringLiteral("conversation_text"), QStringLiteral("conversations"), QStringLiteral("title"),
                         options)
               << textOf(QStringLiteral("turn_text"), QStringLiteral("turns"),
                         QStringLiteral("question, answer, picture_name"), options);
    return statements;
}

[[noreturn]] void refuse(const QString& path) {
    throw Error(ErrorKind::BadFile, path.toStdString() + ": is no database of PruneScope");
}

void requireVersion(const QString& path, qint64 version) {
    const auto last = static_cast<qint64>(migrations().size());
    if (version > last)
        throw Error(ErrorKind::Unsupported,
                    QStringLiteral("%1: was written by a newer version of PruneScope (%2, this one knows %3)")
                        .arg(path)
                        .arg(version)
                        .arg(last)
                        .toStdString());
}

void requireIds(const QString& path, qint64 applicationId, qint64 version) {
    if (applicationId != kApplicationId)
        refuse(path);
    requireVersion(path, version);
}

quint32 numberAt(const QByteArray& header, qsizetype at) {
    return qFromBigEndian<quint32>(header.constData() + at);
}

} // namespace

std::span<const QStringList> migrations() {
    static const std::array list{logIndex(), conversations()};
    return list;
}

void requireOurs(const QString& path) {
    QFile file(path);
    if (!file.exists())
        return;
    if (!file.open(QIODevice::ReadOnly))
        throw Error(ErrorKind::BadFile, (path + ": " + file.errorString()).toStdString());
    const QByteArray header = file.read(kHeaderBytes);
    if (header.isEmpty())
        return; // made, and nothing written yet
    if (header.size() < kHeaderBytes || !header.startsWith("SQLite format 3"))
        refuse(path);
    requireVersion(path, numberAt(header, kVersionAt));
    if (const quint32 id = numberAt(header, kApplicationIdAt); id != kApplicationId && id != 0)
        refuse(path);
}

void migrate(const Database& database, const QString& path) {
    const auto version = [&] { return database.value(QStringLiteral("PRAGMA user_version")).toLongLong(); };
    const auto applicationId = [&] { return database.value(QStringLiteral("PRAGMA application_id")).toLongLong(); };
    const auto last = static_cast<qint64>(migrations().size());
    if (version() == last && applicationId() == kApplicationId)
        return;
    Transaction transaction(database);
    const bool isNew = database.value(QStringLiteral("SELECT count(*) FROM sqlite_master")).toLongLong() == 0;
    if (!isNew)
        requireIds(path, applicationId(), version()); // another program may have been first
    for (qint64 next = version(); next < last; ++next)
        for (const QString& statement : migrations()[static_cast<std::size_t>(next)])
            database.run(statement);
    database.run(QStringLiteral("PRAGMA application_id = %1").arg(kApplicationId));
    database.run(QStringLiteral("PRAGMA user_version = %1").arg(last));
    transaction.commit();
}

} // namespace prunescope::ui
