#include "ui/session/turn_keeper.h"

#include "core/image/redaction.h"
#include "ui/session/turn_storage.h"
#include "ui/store/conversations.h"

#include <algorithm>
#include <utility>

namespace prunescope::ui {

TurnKeeper::TurnKeeper(Conversations& store, QObject* parent) : QObject(parent), m_store(store) {}

void TurnKeeper::turnTo(qint64 conversation) {
    m_conversation = std::make_shared<Place>(Place{conversation});
}

void TurnKeeper::add(const Turn& turn, quint64 parent, const Picture& picture) {
    put({m_conversation, turn, parent, picture, true});
}

void TurnKeeper::update(const Turn& turn) {
    // The first one may be on its way: it keeps its place, and what is new comes behind it.
    const auto begin = m_waiting.begin() + (m_isWriting ? 1 : 0);
    const auto waiting =
        std::ranges::find(begin, m_waiting.end(), turn.id, [](const Item& item) { return item.turn.id; });
    if (waiting == m_waiting.end())
        return put({m_conversation, turn, 0, {}, false});
    waiting->turn = turn;
    writeNext();
}

void TurnKeeper::put(Item item) {
    m_waiting.push_back(std::move(item));
    writeNext();
}

void TurnKeeper::redact(const std::vector<PixelRect>& parts) {
    for (Item& item : m_waiting)
        if (item.conversation == m_conversation && item.isNew)
            item.picture = redacted(item.picture, parts);
    if (m_isWriting)
        m_redact = parts; // it is on its way with its old picture
    else if (conversation() != 0)
        m_store.redact(conversation(), parts);
}

qint64 TurnKeeper::rowOf(quint64 turn) const {
    const auto found = m_rows.find(turn);
    return found == m_rows.end() ? 0 : found->second;
}

void TurnKeeper::writeNext() {
    if (m_isWriting)
        return;
    while (!m_waiting.empty() && !m_waiting.front().isNew && rowOf(m_waiting.front().turn.id) == 0)
        m_waiting.pop_front(); // its conversation was deleted
    if (m_waiting.empty())
        return;
    const Item& item = m_waiting.front();
    m_isWriting = true;
    StoredTurn stored = storedTurn(item.turn);
    stored.id = item.isNew ? 0 : rowOf(item.turn.id);
    m_store.keep(
        this, {item.conversation->id, rowOf(item.parent), {{std::move(stored), item.picture}}},
        [this](const KeptTurns& kept) { onKept(kept); }, [this](const QString& why) { onFailed(why); });
}

void TurnKeeper::onKept(const KeptTurns& kept) {
    m_isWriting = false;
    const Item item = std::move(m_waiting.front());
    m_waiting.pop_front();
    const KeptTurns::One& place = kept.turns.front();
    if (item.isNew || place.id != 0) {
        item.conversation->id = kept.conversation;
        m_rows[item.turn.id] = place.id;
        if (const auto parts = std::exchange(m_redact, {}); !parts.empty())
            m_store.redact(kept.conversation, parts);
        Q_EMIT this->kept(item.turn.id, {place.id, place.picture, place.branch, place.branches});
    }
    writeNext();
}

void TurnKeeper::onFailed(const QString& why) {
    m_isWriting = false; // and waits for the next one, as what stands behind it does
    std::vector<quint64> turns;
    for (const Item& item : m_waiting)
        turns.push_back(item.turn.id);
    for (const quint64 turn : turns)
        Q_EMIT failed(turn, why);
}

} // namespace prunescope::ui
