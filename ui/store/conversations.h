#pragma once

#include "ui/store/stored_conversation.h"

#include <QObject>
#include <functional>
#include <memory>
#include <vector>

namespace prunescope::ui {

class Database;
class PictureEncoder;
class Store;

/// The conversations of the database: written, listed, read, renamed and deleted. Nothing here waits; what is written
/// is on the disk when it is told. GUI thread.
class Conversations : public QObject {
    Q_OBJECT

public:
    /// `store` outlives this.
    explicit Conversations(Store& store, QObject* parent = nullptr);
    /// Deletes for good what was removed.
    ~Conversations() override;

    /// Conversations and the first of their rows.
    struct Found {
        std::vector<qint64> conversations;
        std::vector<ConversationRow> first;
    };
    /// These call `done` unless `context` is gone by then.
    void find(const QObject* context, const ConversationQuery& query, std::function<void(const Found&)> done);
    void readRows(const QObject* context, std::vector<qint64> conversations,
                  std::function<void(const std::vector<ConversationRow>&)> done);
    /// An id of 0 in what is read: it is gone.
    void read(const QObject* context, qint64 conversation, std::function<void(const StoredConversation&)> done);
    /// Shows the branch that is `by` places beside the one of a turn.
    void turnToBranch(const QObject* context, qint64 conversation, qint64 turn, int by,
                      std::function<void(const StoredConversation&)> done);

    /// Makes a picture ready, so that a turn about it is written sooner.
    void prepare(const Picture& picture);
    /// Writes turns. `failed` with one line where they are not on the disk; nothing of them is then.
    void keep(const QObject* context, TurnsToKeep turns, std::function<void(const KeptTurns&)> done,
              std::function<void(const QString& why)> failed);
    /// Blackens parts of the pictures of a conversation.
    void redact(qint64 conversation, const std::vector<PixelRect>& parts);

    void rename(qint64 conversation, const QString& title);
    /// Deletes conversations: they are gone from the lists at once, and from the disk after `finishRemoval`, or when
    /// this goes, or soon after the next start. What was removed before can't be put back any more.
    void remove(const std::vector<qint64>& conversations);
    /// Puts back what was removed last.
    void undoRemoval();
    void finishRemoval();

    /// Whether nothing is being read or written.
    bool isIdle() const { return m_tasks == 0; }

Q_SIGNALS:
    void changed(); ///< there are other conversations, or other titles
    void removed(const std::vector<qint64>& conversations);
    void failed(const QString& why); ///< one line
    void becameIdle();

private:
    template <typename Work, typename Done>
    void ask(const QObject* context, Work work, Done done, std::function<void(const QString&)> failed = {});
    /// Deletes for good what a window that was killed has removed.
    void finishLeftBehind();
    void endTask();

    Store& m_store;
    std::shared_ptr<PictureEncoder> m_encoder; ///< used in the store's thread alone
    std::vector<qint64> m_removed;
    int m_tasks = 0;
};

} // namespace prunescope::ui
