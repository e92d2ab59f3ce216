#include "core/image/image_file.h"
#include "core/image/redaction.h"
#include "ui/store/conversation_table.h"
#include "ui/store/database.h"
#include "ui/store/picture_encoder.h"

#include <span>

namespace prunescope::ui {

namespace {

void removeUnusedPictures(const Database& database) {
    database.run(QStringLiteral("DELETE FROM pictures WHERE id NOT IN (SELECT picture FROM turns)"));
}

/// Nothing of what was deleted stays in the words of the index or in the file that changes wait in.
void wipe(const Database& database) {
    database.run(QStringLiteral("INSERT INTO conversation_text(conversation_text) VALUES ('optimize')"));
    database.run(QStringLiteral("INSERT INTO turn_text(turn_text) VALUES ('optimize')"));
    database.run(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
}

void setDeleted(const Database& database, const std::vector<qint64>& conversations, qint64 deletedMs) {
    Transaction transaction(database);
    QSqlQuery set = database.prepared(QStringLiteral("UPDATE conversations SET deleted_ms = ? WHERE id = ?"));
    for (const qint64 conversation : conversations) {
        set.bindValue(0, deletedMs);
        set.bindValue(1, conversation);
        database.run(set);
    }
    transaction.commit();
}

Picture decoded(const QByteArray& png) {
    return decodeImage({reinterpret_cast<const std::uint8_t*>(png.constData()), static_cast<std::size_t>(png.size())},
                       "picture of a conversation");
}

} // namespace

void hideConversations(const Database& database, const std::vector<qint64>& conversations, qint64 nowMs) {
    setDeleted(database, conversations, nowMs);
}

void showConversations(const Database& database, const std::vector<qint64>& conversations) {
    setDeleted(database, conversations, 0);
}

std::vector<qint64> hiddenBefore(const Database& database, qint64 ms) {
    std::vector<qint64> hidden;
    for (QSqlQuery row =
             database.run(QStringLiteral("SELECT id FROM conversations WHERE deleted_ms BETWEEN 1 AND ?"), {ms});
         row.next();)
        hidden.push_back(row.value(0).toLongLong());
    return hidden;
}

void deleteHidden(const Database& database, const std::vector<qint64>& conversations) {
    {
        Transaction transaction(database);
        QSqlQuery take = database.prepared(QStringLiteral("DELETE FROM conversations WHERE id = ? AND deleted_ms > 0"));
        for (const qint64 conversation : conversations) {
            take.bindValue(0, conversation);
            database.run(take);
        }
        removeUnusedPictures(database);
        transaction.commit();
    }
    wipe(database);
}

void redactPictures(const Database& database, PictureEncoder& encoder, qint64 conversation,
                    const std::vector<PixelRect>& parts) {
    Transaction transaction(database);
    std::vector<std::pair<qint64, QByteArray>> pictures;
    for (QSqlQuery row = database.run(
             QStringLiteral(
                 "SELECT id, png FROM pictures WHERE id IN (SELECT picture FROM turns WHERE conversation = ?)"),
             {conversation});
         row.next();)
        pictures.emplace_back(row.value(0).toLongLong(), row.value(1).toByteArray());
    for (const auto& [id, png] : pictures)
        database.run(QStringLiteral("UPDATE turns SET picture = ? WHERE conversation = ? AND picture = ?"),
                     {encoder.keep(database, redacted(decoded(png), parts)), conversation, id});
    removeUnusedPictures(database);
    transaction.commit();
    if (!pictures.empty())
        database.run(QStringLiteral("PRAGMA wal_checkpoint(TRUNCATE)"));
}

} // namespace prunescope::ui
