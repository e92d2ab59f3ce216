#include "ui/store/log_index.h"

#include "core/base/error.h"
#include "core/records/record_removal.h"
#include "ui/store/database.h"
#include "ui/store/line_writer.h"
#include "ui/style/format.h"

#include <QCryptographicHash>
#include <QFileInfo>
#include <algorithm>
#include <fstream>

namespace prunescope::ui {

namespace {

constexpr int kLinesAtOnce = 1000; // others write in between
constexpr quint64 kBytesAtOnce = 16 << 20;
constexpr quint64 kTailBytes = 4096;

QVariant number(quint64 value) {
    return static_cast<qlonglong>(value); // the tables know no unsigned ones
}

quint64 unsignedAt(const QSqlQuery& row, int column) {
    return static_cast<quint64>(row.value(column).toLongLong());
}

} // namespace

LogIndex::LogIndex(const Database& database, std::string logPath) : m_database(database), m_path(std::move(logPath)) {
    const QString name = QFileInfo(fromUtf8(m_path)).absoluteFilePath();
    const auto find = [&] { return m_database.value(QStringLiteral("SELECT id FROM logs WHERE path = ?"), {name}); };
    if (!find().isValid())
        m_database.run(QStringLiteral("INSERT OR IGNORE INTO logs(path) VALUES (?)"), {name});
    m_log = find().toLongLong();
}

// Bringing up to date -------------------------------------------------------------------------------------------------

LogIndex::State LogIndex::state() const {
    QSqlQuery row = m_database.run(
        QStringLiteral("SELECT inode, size, modified, read_to, tail, damaged FROM logs WHERE id = ?"), {m_log});
    check(row.next(), "the log is not in the tables");
    return {{unsignedAt(row, 0), unsignedAt(row, 1), row.value(2).toLongLong()},
            unsignedAt(row, 3),
            row.value(4).toByteArray(),
            row.value(5).toLongLong()};
}

void LogIndex::save(const State& state) const {
    m_database.run(QStringLiteral("UPDATE logs SET inode = ?, size = ?, modified = ?, read_to = ?, tail = ?,"
                                  " damaged = ? WHERE id = ?"),
                   {number(state.stamp.inode), number(state.stamp.sizeBytes),
                    static_cast<qlonglong>(state.stamp.modifiedNs), number(state.readTo), state.tail, state.damaged,
                    m_log});
}

void LogIndex::forget() const {
    m_database.run(QStringLiteral("DELETE FROM log_lines WHERE log = ?"), {m_log});
    m_database.run(QStringLiteral("UPDATE deleted_lines SET at = -1 WHERE log = ?"), {m_log});
}

/// Checksum of the last bytes before a place: an edit in front of it moves them.
QByteArray LogIndex::tailBefore(quint64 position) const {
    const quint64 length = std::min(position, kTailBytes);
    std::ifstream in(m_path, std::ios::binary);
    in.seekg(static_cast<std::streamoff>(position - length));
    QByteArray tail(static_cast<qsizetype>(length), '\0');
    in.read(tail.data(), tail.size());
    tail.truncate(static_cast<qsizetype>(in.gcount()));
    return QCryptographicHash::hash(tail, QCryptographicHash::Sha256);
}

bool LogIndex::fits(const State& state, const FileStamp& now) const {
    if (state.readTo == 0)
        return true; // nothing was read yet
    const bool isEdited = now.sizeBytes == state.stamp.sizeBytes && now.modifiedNs != state.stamp.modifiedNs;
    return now.inode == state.stamp.inode && now.sizeBytes >= state.readTo && !isEdited &&
           tailBefore(state.readTo) == state.tail;
}

LogIndex::Progress LogIndex::update() {
    if (const State known = state(); known.stamp == fileStamp(m_path))
        return {.damaged = known.damaged};
    const LogReader first(m_path); // throws for what is no log, before anything is forgotten
    Transaction transaction(m_database);
    const FileStamp now = fileStamp(m_path); // another program may have read on while this one waited
    State state = this->state();
    Progress progress;
    if (!fits(state, now)) {
        forget();
        state = {};
        progress.changed = true;
    }
    const quint64 before = state.readTo;
    progress.isDone = readOn(state);
    progress.changed |= state.readTo != before;
    progress.damaged = state.damaged;
    if (progress.isDone)
        m_database.run(QStringLiteral("DELETE FROM deleted_lines WHERE log = ? AND at < 0"), {m_log});
    state.stamp = now;
    if (!progress.isDone)
        state.stamp.sizeBytes = state.readTo;
    save(state);
    transaction.commit();
    progress.share = now.sizeBytes == 0 ? 1 : static_cast<double>(state.readTo) / static_cast<double>(now.sizeBytes);
    return progress;
}

bool LogIndex::readOn(State& state) const {
    LogReader reader(m_path, state.readTo);
    LineWriter writer(m_database, m_log);
    const quint64 end = state.readTo + kBytesAtOnce;
    bool isDone = false;
    for (int lines = 0; lines < kLinesAtOnce && state.readTo < end && !isDone; ++lines) {
        const bool there = reader.next();
        const auto record = there ? recordIn(reader.line()) : std::nullopt;
        isDone = !there || (!record && !reader.isWhole()); // the last one may still be written by another program
        if (record)
            writer.add(*record, reader.place());
        else if (!isDone)
            ++state.damaged;
        if (!isDone || !there)
            state.readTo = reader.position();
    }
    state.tail = tailBefore(state.readTo);
    return isDone;
}

LogIndex::Progress LogIndex::updateAll() {
    Progress progress = update();
    while (!progress.isDone)
        progress = update();
    return progress;
}

// Reading -------------------------------------------------------------------------------------------------------------

std::optional<LinePlace> LogIndex::placeOf(qint64 line) const {
    QSqlQuery row =
        m_database.run(QStringLiteral("SELECT at, length FROM log_lines WHERE id = ? AND log = ?"), {line, m_log});
    if (!row.next())
        return std::nullopt;
    return LinePlace{unsignedAt(row, 0), unsignedAt(row, 1)};
}

InteractionRecord LogIndex::record(qint64 line) const {
    const std::optional<LinePlace> place = placeOf(line);
    if (!place)
        throw Error(ErrorKind::NotFound, m_path + ": the question is not in the history any more");
    try {
        InteractionRecord record = readRecordAt(m_path, *place);
        requireSame(line, record);
        return record;
    } catch (const Error&) {
        distrust();
        throw;
    }
}

/// The file was edited where the checksum does not look: it is read anew the next time.
void LogIndex::distrust() const {
    m_database.run(QStringLiteral("UPDATE logs SET inode = 0 WHERE id = ?"), {m_log});
}

void LogIndex::requireSame(qint64 line, const InteractionRecord& record) const {
    const QVariant id = m_database.value(QStringLiteral("SELECT record FROM log_lines WHERE id = ?"), {line});
    if (id.toString() != fromUtf8(record.id))
        throw Error(ErrorKind::BadFile, m_path + ": was changed by another program");
}

// Deleting ------------------------------------------------------------------------------------------------------------

void LogIndex::remove(const std::vector<qint64>& lines) const {
    Transaction transaction(m_database);
    QSqlQuery keep = m_database.prepared(QStringLiteral(
        "INSERT OR REPLACE INTO deleted_lines SELECT id, log, record, at, length FROM log_lines WHERE id = ?"));
    QSqlQuery take = m_database.prepared(QStringLiteral("DELETE FROM log_lines WHERE id = ?"));
    for (const qint64 line : lines)
        for (QSqlQuery* statement : {&keep, &take}) {
            statement->bindValue(0, line);
            m_database.run(*statement);
        }
    transaction.commit();
}

void LogIndex::restore(const std::vector<qint64>& lines) const {
    Transaction transaction(m_database);
    LineWriter writer(m_database, m_log);
    for (const qint64 line : lines) {
        QSqlQuery row = m_database.run(
            QStringLiteral("SELECT at, length FROM deleted_lines WHERE id = ? AND log = ? AND at >= 0"), {line, m_log});
        if (!row.next())
            continue; // another window has taken it out of the file
        const LinePlace place{unsignedAt(row, 0), unsignedAt(row, 1)};
        writer.restore(line, readRecordAt(m_path, place), place);
        m_database.run(QStringLiteral("DELETE FROM deleted_lines WHERE id = ?"), {line});
    }
    transaction.commit();
}

std::set<quint64> LogIndex::deletedPlaces() const {
    std::set<quint64> places;
    for (QSqlQuery row = m_database.run(QStringLiteral("SELECT at FROM deleted_lines WHERE log = ?"), {m_log});
         row.next();)
        places.insert(unsignedAt(row, 0));
    return places;
}

int LogIndex::removeDeleted() {
    updateAll(); // the places must be those of the file as it is
    Transaction transaction(m_database);
    std::vector<PlacedRecord> deleted;
    std::vector<LinePlace> places;
    QSqlQuery row = m_database.run(
        QStringLiteral("SELECT record, at, length FROM deleted_lines WHERE log = ? AND at >= 0 ORDER BY at"), {m_log});
    while (row.next()) {
        places.push_back({unsignedAt(row, 1), unsignedAt(row, 2)});
        deleted.push_back({row.value(0).toString().toStdString(), places.back()});
    }
    if (deleted.empty())
        return 0;
    try {
        removeRecords(m_path, deleted);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::BadFile) {
            distrust();
            transaction.commit();
        }
        throw;
    }
    moveUp(places);
    m_database.run(QStringLiteral("DELETE FROM deleted_lines WHERE log = ?"), {m_log});
    transaction.commit();
    // Nothing of the texts stays in the words of the index or in the file that changes wait in.
    m_database.run(QStringLiteral("INSERT INTO log_text(log_text) VALUES ('optimize')"));
    m_database.run(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
    return static_cast<int>(deleted.size());
}

/// The lines behind those that were taken out have moved up.
void LogIndex::moveUp(const std::vector<LinePlace>& removed) const {
    State state = this->state();
    quint64 gone = 0;
    for (std::size_t i = 0; i < removed.size(); ++i) {
        gone += removed[i].length + 1;
        const quint64 end = i + 1 < removed.size() ? removed[i + 1].at : state.readTo;
        m_database.run(QStringLiteral("UPDATE log_lines SET at = at - ? WHERE log = ? AND at > ? AND at < ?"),
                       {number(gone), m_log, number(removed[i].at), number(end)});
    }
    state.readTo -= std::min(gone, state.readTo);
    state.stamp = fileStamp(m_path);
    state.tail = tailBefore(state.readTo);
    if (state.stamp.sizeBytes != state.readTo)
        state.stamp.sizeBytes = state.readTo; // what was appended meanwhile is read the next time
    save(state);
}

} // namespace prunescope::ui
