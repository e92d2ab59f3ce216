#pragma once

#include "core/image/picture.h"
#include "ui/session/turn.h"

#include <QObject>
#include <QString>
#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace prunescope::ui {

class Conversations;
struct KeptTurns;

/// Writes the turns of a conversation to the database, one after the other, as they are asked and answered. What can't
/// be written waits, and is written with the next one. GUI thread; nothing here waits.
class TurnKeeper : public QObject {
    Q_OBJECT

public:
    /// `store` outlives this.
    explicit TurnKeeper(Conversations& store, QObject* parent = nullptr);

    /// The conversation that turns are written to, by its number; 0: the next turn begins one.
    qint64 conversation() const { return m_conversation->id; }
    /// From now on another conversation; what waits is still written to the one that it belongs to.
    void turnTo(qint64 conversation);
    /// Says where a turn is that was read from the database.
    void setKnown(const Turn& turn) { m_rows[turn.id] = turn.stored.id; }

    /// Writes a turn that follows on `parent`, a turn of this window; 0: it is the first. Ends with `kept`, or `failed`
    /// and `kept` later.
    void add(const Turn& turn, quint64 parent, const Picture& picture);
    /// Writes what became of a turn.
    void update(const Turn& turn);
    /// Blackens parts of all pictures of the conversation, also of those that are not written yet.
    void redact(const std::vector<PixelRect>& parts);

Q_SIGNALS:
    void kept(quint64 turn, const prunescope::ui::Turn::Stored& stored);
    /// A turn is not on the disk; why, as one line.
    void failed(quint64 turn, const QString& why);

private:
    struct Place {
        qint64 id = 0;
    };
    struct Item {
        std::shared_ptr<Place> conversation;
        Turn turn;
        quint64 parent = 0;
        Picture picture;
        bool isNew = false;
    };
    void put(Item item);
    void writeNext();
    void onKept(const KeptTurns& kept);
    void onFailed(const QString& why);
    qint64 rowOf(quint64 turn) const;

    Conversations& m_store;
    std::shared_ptr<Place> m_conversation = std::make_shared<Place>();
    std::deque<Item> m_waiting;
    std::map<quint64, qint64> m_rows; ///< of the turns of this window
    std::vector<PixelRect> m_redact;  ///< of what is being written, afterwards
    bool m_isWriting = false;         ///< the first of those that wait
};

} // namespace prunescope::ui
