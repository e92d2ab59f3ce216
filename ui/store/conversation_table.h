#pragma once

#include "ui/store/stored_conversation.h"

#include <QStringList>
#include <span>
#include <vector>

/// The tables of conversations. Used in the thread of the database; all throw what Database throws, and are done whole
/// or not at all.
namespace prunescope::ui {

class Database;
class PictureEncoder;

/// Writes turns; `nowMs` is when. They are on the disk when this returns. A conversation that is gone is made anew.
KeptTurns keepTurns(const Database& database, PictureEncoder& encoder, const TurnsToKeep& wanted, qint64 nowMs);

/// The branch that was shown last, with its picture.
StoredConversation readConversation(const Database& database, qint64 conversation);
/// Shows the branch in which the turn `by` places beside that one stands, up to its newest end; nothing changes where
/// there is none.
StoredConversation turnToBranch(const Database& database, qint64 conversation, qint64 turn, int by);

void renameConversation(const Database& database, qint64 conversation, const QString& title);
/// Blackens parts of all pictures of a conversation; its pixels there are nowhere in the database afterwards, unless
/// another conversation is about the same picture.
void redactPictures(const Database& database, PictureEncoder& encoder, qint64 conversation,
                    const std::vector<PixelRect>& parts);

/// Takes conversations out of the lists, and puts them back.
void hideConversations(const Database& database, const std::vector<qint64>& conversations, qint64 nowMs);
void showConversations(const Database& database, const std::vector<qint64>& conversations);
std::vector<qint64> hiddenBefore(const Database& database, qint64 ms);
/// Deletes those of them that are still hidden, and pictures that nobody asks about any more.
void deleteHidden(const Database& database, const std::vector<qint64>& conversations);

/// Numbers of the conversations that a query finds, in its order.
std::vector<qint64> findConversations(const Database& database, const ConversationQuery& query);
/// The rows of some, in any order; those that are gone are left out.
std::vector<ConversationRow> readConversationRows(const Database& database, std::span<const qint64> conversations);

} // namespace prunescope::ui
