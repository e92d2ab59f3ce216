#include "ui/store/line_writer.h"

#include "ui/store/database.h"
#include "ui/style/format.h"

namespace prunescope::ui {

namespace {

// A null text would be NULL.
QString text(const std::string& utf8) {
    return utf8.empty() ? QStringLiteral("") : fromUtf8(utf8);
}

} // namespace

LineWriter::LineWriter(const Database& database, qint64 log)
    : m_database(database), m_log(log),
      m_insert(database.prepared(QStringLiteral(
          "INSERT INTO log_lines(id, log, at, length, record, time, kept, blocks, first_token_ms, plan, pictures,"
          " question, answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"))) {
    QSqlQuery deleted =
        database.run(QStringLiteral("SELECT record, id FROM deleted_lines WHERE log = ? AND at < 0"), {log});
    while (deleted.next())
        m_deleted.insert(deleted.value(0).toString(), deleted.value(1).toLongLong());
}

void LineWriter::add(const InteractionRecord& record, LinePlace place) {
    if (!isDeleted(record.id, place))
        insert(QVariant(QMetaType::fromType<qlonglong>()), record, place);
}

void LineWriter::restore(qint64 line, const InteractionRecord& record, LinePlace place) {
    insert(line, record, place);
}

void LineWriter::insert(const QVariant& line, const InteractionRecord& record, LinePlace place) {
    const RecordSummary shown = summaryOf(record);
    const QVariant values[]{line,
                            m_log,
                            static_cast<qlonglong>(place.at),
                            static_cast<qlonglong>(place.length),
                            text(shown.id),
                            text(shown.time),
                            static_cast<qlonglong>(shown.kept),
                            static_cast<qlonglong>(shown.blocks),
                            shown.firstTokenMs,
                            text(shown.plan),
                            text(shown.pictures),
                            text(shown.question),
                            text(shown.answer)};
    for (int i = 0; i < static_cast<int>(std::size(values)); ++i)
        m_insert.bindValue(i, values[i]);
    m_database.run(m_insert);
}

bool LineWriter::isDeleted(const std::string& record, LinePlace place) {
    const auto found = m_deleted.constFind(fromUtf8(record));
    if (found == m_deleted.constEnd())
        return false;
    m_database.run(
        QStringLiteral("UPDATE deleted_lines SET at = ?, length = ? WHERE id = ?"),
        {static_cast<qlonglong>(place.at), static_cast<qlonglong>(place.length), static_cast<qlonglong>(*found)});
    m_deleted.erase(found);
    return true;
}

} // namespace prunescope::ui
