#include "ui/store/history_query.h"

#include "ui/store/database.h"

#include <QStringList>
#include <algorithm>

namespace prunescope::ui {

namespace {

QString orderOf(HistoryColumn column) {
    switch (column) {
    case HistoryColumn::Time:
        return QStringLiteral("time");
    case HistoryColumn::Question:
        return QStringLiteral("question COLLATE NOCASE");
    case HistoryColumn::Picture:
        return QStringLiteral("pictures COLLATE NOCASE");
    case HistoryColumn::Plan:
        return QStringLiteral("plan COLLATE NOCASE");
    case HistoryColumn::Kept:
        return QStringLiteral("CASE WHEN blocks > 0 THEN 1.0 * kept / blocks END");
    case HistoryColumn::FirstToken:
        return QStringLiteral("first_token_ms");
    case HistoryColumn::Answer:
        return QStringLiteral("answer COLLATE NOCASE");
    }
    return {};
}

bool hasLetter(const QString& word) {
    return std::ranges::any_of(word.toUcs4(), [](uint c) { return QChar::isLetterOrNumber(c); });
}

std::string textAt(const QSqlQuery& row, int column) {
    return row.value(column).toString().toStdString();
}

} // namespace

QString matchText(const QString& words) {
    QStringList quoted;
    for (QString word : words.simplified().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        word.remove(QChar::Null);
        if (hasLetter(word))
            quoted << QLatin1Char('"') + word.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QStringLiteral("\"*");
    }
    return quoted.join(QLatin1Char(' '));
}

std::vector<qint64> findLines(const Database& database, qint64 log, const HistoryQuery& query) {
    const QString direction = query.order == Qt::AscendingOrder ? QStringLiteral(" ASC") : QStringLiteral(" DESC");
    QString statement = QStringLiteral("SELECT id FROM log_lines WHERE log = ?");
    QVariantList values{log};
    if (const QString match = matchText(query.words); !match.isEmpty()) {
        statement += QStringLiteral(" AND id IN (SELECT rowid FROM log_text WHERE log_text MATCH ?)");
        values << match;
    }
    statement += QStringLiteral(" ORDER BY ") + orderOf(query.column) + direction;
    if (query.column != HistoryColumn::Time)
        statement += QStringLiteral(", time") + direction;
    statement += QStringLiteral(", id") + direction;
    std::vector<qint64> lines;
    for (QSqlQuery row = database.run(statement, values); row.next();)
        lines.push_back(row.value(0).toLongLong());
    return lines;
}

std::vector<HistoryRow> readRows(const Database& database, std::span<const qint64> lines) {
    QSqlQuery query = database.prepared(
        QStringLiteral("SELECT record, time, question, answer, pictures, plan, kept, blocks, first_token_ms"
                       " FROM log_lines WHERE id = ?"));
    std::vector<HistoryRow> rows;
    for (const qint64 line : lines) {
        query.bindValue(0, line);
        database.run(query);
        if (query.next())
            rows.push_back({line,
                            {textAt(query, 0), textAt(query, 1), textAt(query, 2), textAt(query, 3), textAt(query, 4),
                             textAt(query, 5), query.value(6).toLongLong(), query.value(7).toLongLong(),
                             query.value(8).toDouble()}});
    }
    return rows;
}

} // namespace prunescope::ui
