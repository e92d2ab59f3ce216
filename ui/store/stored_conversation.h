#pragma once

#include "core/image/picture.h"

#include <QByteArray>
#include <QString>
#include <Qt>
#include <QtGlobal>
#include <string>
#include <vector>

namespace prunescope::ui {

/// A question and what became of it, as the database has it. `content` is what the window shows it by (JSON,
/// ui/session/turn_storage.h); the rest is what is searched and what holds it together.
struct StoredTurn {
    enum class State { Running, Done, Failed, Stopped };

    qint64 id = 0; ///< 0: it is not there yet
    State state = State::Running;
    qint64 askedMs = 0; ///< ms since 1970, UTC
    qint64 picture = 0; ///< its row
    QString pictureName;
    QString question;
    QString answer; ///< its words, to be searched
    QString plan;
    QString error; ///< one line, where it failed
    std::string content;
    int branch = 0;   ///< index among the turns that stand in the same place
    int branches = 1; ///< how many those are
};

/// A picture as it was asked about: what was redacted is black in it.
struct StoredPicture {
    qint64 id = 0;
    QByteArray png;
};

/// A conversation with one of its branches, from the first turn to the last.
struct StoredConversation {
    qint64 id = 0; ///< 0: it is not there
    QString title;
    std::vector<StoredTurn> turns;
    StoredPicture picture; ///< of the last turn
};

/// Turns to be written, in their order: the first `id` of 0 follows on `parent`, each further one on the one before it;
/// those that have an id are brought up to date.
struct TurnsToKeep {
    struct One {
        StoredTurn turn;
        Picture picture; ///< of one that is not there yet
    };
    qint64 conversation = 0; ///< 0: a new one
    qint64 parent = 0;       ///< a turn; 0: they begin the conversation
    std::vector<One> turns;
};

/// Where they are now.
struct KeptTurns {
    struct One {
        qint64 id = 0; ///< 0: somebody has deleted it meanwhile
        qint64 picture = 0;
        int branch = 0;
        int branches = 1;
    };
    qint64 conversation = 0; ///< another one where that was deleted meanwhile
    std::vector<One> turns;
};

/// What conversations can be sorted by.
enum class ConversationColumn { Title, Questions, Changed };

/// Which conversations are wanted, and in which order.
struct ConversationQuery {
    QString words; ///< each begins a word of the title, or of a question, its answer and the name of its picture
    ConversationColumn column = ConversationColumn::Changed;
    Qt::SortOrder order = Qt::DescendingOrder;
    bool operator==(const ConversationQuery&) const = default;
};

/// A conversation as it is listed.
struct ConversationRow {
    qint64 id = 0;
    QString title;
    qint64 changedMs = 0; ///< ms since 1970, UTC
    int questions = 0;    ///< of all branches
    QByteArray thumbnail; ///< PNG
};

} // namespace prunescope::ui
