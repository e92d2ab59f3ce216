#include "ui/store/conversation_table.h"
#include "ui/store/database.h"
#include "ui/store/history_query.h"

namespace prunescope::ui {

namespace {

QString orderOf(ConversationColumn column) {
    switch (column) {
    case ConversationColumn::Title:
        return QStringLiteral("title COLLATE NOCASE");
    case ConversationColumn::Questions:
        return QStringLiteral("(SELECT count(*) FROM turns WHERE conversation = conversations.id)");
    case ConversationColumn::Changed:
        return QStringLiteral("changed_ms");
    }
    return {};
}

} // namespace

std::vector<qint64> findConversations(const Database& database, const ConversationQuery& query) {
    const QString direction = query.order == Qt::AscendingOrder ? QStringLiteral(" ASC") : QStringLiteral(" DESC");
    QString statement = QStringLiteral("SELECT id FROM conversations WHERE deleted_ms = 0");
    QVariantList values;
    if (const QString match = matchText(query.words); !match.isEmpty()) {
        statement += QStringLiteral(" AND id IN (SELECT rowid FROM conversation_text WHERE conversation_text MATCH ?"
                                    " UNION SELECT conversation FROM turns"
                                    " INDEXED BY conversations_of_turns WHERE id IN"
                                    " (SELECT rowid FROM turn_text WHERE turn_text MATCH ?))");
        values << match << match;
    }
    statement += QStringLiteral(" ORDER BY ") + orderOf(query.column) + direction;
    if (query.column != ConversationColumn::Changed)
        statement += QStringLiteral(", changed_ms") + direction;
    statement += QStringLiteral(", id") + direction;
    std::vector<qint64> found;
    for (QSqlQuery row = database.run(statement, values); row.next();)
        found.push_back(row.value(0).toLongLong());
    return found;
}

std::vector<ConversationRow> readConversationRows(const Database& database, std::span<const qint64> conversations) {
    QSqlQuery query = database.prepared(
        QStringLiteral("SELECT title, changed_ms, (SELECT count(*) FROM turns WHERE conversation = c.id), thumbnail"
                       " FROM conversations AS c LEFT JOIN turns ON turns.id = c.leaf"
                       " LEFT JOIN pictures ON pictures.id = turns.picture WHERE c.id = ? AND c.deleted_ms = 0"));
    std::vector<ConversationRow> rows;
    for (const qint64 id : conversations) {
        query.bindValue(0, id);
        database.run(query);
        if (query.next())
            rows.push_back({id, query.value(0).toString(), query.value(1).toLongLong(), query.value(2).toInt(),
                            query.value(3).toByteArray()});
    }
    return rows;
}

} // namespace prunescope::ui
