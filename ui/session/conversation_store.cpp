// What a conversation has to do with the database: keeping its turns, and showing what was kept.
#include "ui/session/conversation.h"

#include "ui/session/mask_view.h"
#include "ui/session/open_image.h"
#include "ui/session/turn_storage.h"
#include "ui/store/conversations.h"

#include <algorithm>
#include <utility>

namespace prunescope::ui {

namespace {

/// Pictures of the database that are not open, as ids that no open image has.
constexpr quint64 kStoredPictures = quint64{1} << 62;

} // namespace

void Conversation::connectStore() {
    connect(&m_keeper, &TurnKeeper::kept, this, &Conversation::onKept);
    connect(&m_keeper, &TurnKeeper::failed, this, &Conversation::onUnsaved);
    connect(&m_store, &Conversations::removed, this, [this](const std::vector<qint64>& removed) {
        if (storedId() != 0 && std::ranges::find(removed, storedId()) != removed.end())
            beginAnew();
    });
}

// Keeping -------------------------------------------------------------------------------------------------------------

void Conversation::onKept(quint64 id, const Turn::Stored& stored) {
    m_saidUnsaved = false;
    changeTurn(id, [&](Turn& turn) {
        turn.stored = stored;
        m_pictures[stored.picture] = turn.picture;
    });
    askModel(id);
}

void Conversation::onUnsaved(quint64 id, const QString& why) {
    if (!std::exchange(m_saidUnsaved, true))
        Q_EMIT unsaved(why);
    askModel(id); // all the same
}

void Conversation::endRunning(const QString& why) {
    m_saving = {};
    for (Turn& turn : m_turns) {
        if (!turn.isRunning())
            continue;
        turn.state = Turn::State::Stopped;
        turn.error = why;
        m_keeper.update(turn);
    }
}

/// An answer that may be about redacted pixels is not written to its end, and nothing that was stored of the place
/// keeps those pixels.
void Conversation::hideRedacted() {
    stopAnswer();
    if (!m_turns.empty() && !m_image.redactions().empty())
        m_keeper.redact(m_image.redactions());
}

// Showing -------------------------------------------------------------------------------------------------------------

void Conversation::setTurns(std::vector<Turn> turns) {
    m_turns.clear();
    m_second = {};
    m_shownTurn = 0;
    m_hovered = {};
    edit(0);
    Q_EMIT cleared();
    for (Turn& turn : turns) {
        m_turns.push_back(std::move(turn));
        Q_EMIT turnAdded(m_turns.back().id);
    }
    if (const Turn* last = lastAnswered())
        m_shownTurn = last->id;
    Q_EMIT shownTurnChanged();
    Q_EMIT askingChanged(false);
}

void Conversation::beginAnew() {
    if (!m_turns.empty())
        clear();
}

void Conversation::show(const StoredConversation& stored) {
    if (stored.id != storedId()) {
        m_keeper.turnTo(stored.id);
        m_pictures = {{stored.picture.id, m_image.id()}};
    }
    std::vector<Turn> turns;
    for (const StoredTurn& one : stored.turns) {
        Turn turn = turnOf(one);
        turn.id = ++m_lastId;
        const auto known = m_pictures.find(turn.stored.picture);
        const bool isKnown = known != m_pictures.end();
        // The same pixels with other parts redacted were another picture.
        const bool isOther = isKnown && known->second == m_image.id() && turn.redacted != m_image.redactions();
        turn.picture = isKnown && !isOther ? known->second : kStoredPictures + turn.picture;
        m_keeper.setKnown(turn);
        turns.push_back(std::move(turn));
    }
    setTurns(std::move(turns));
}

// Branches ------------------------------------------------------------------------------------------------------------

void Conversation::turnToBranch(quint64 id, int by) {
    const Turn* from = turn(id);
    if (isAsking() || !from || from->stored.id == 0)
        return;
    m_store.turnToBranch(this, storedId(), from->stored.id, by, [this, id](const StoredConversation& stored) {
        if (stored.id != 0 && stored.id == storedId() && !isAsking() && turn(id)) // else somebody has gone on
            show(stored);
    });
}

bool Conversation::askAgain(quint64 id) {
    const auto found = std::ranges::find(m_turns, id, &Turn::id);
    if (found == m_turns.end() || !canAsk(found->question))
        return false;
    Turn next = nextTurn({}, m_mask.plan(), found->question);
    if (found->size == next.size) {
        next.region = found->region;
        next.regionUse = found->regionUse;
        next.allBlocks = found->allBlocks;
    }
    setTurns({m_turns.begin(), found});
    return begin(std::move(next)) != 0;
}

void Conversation::edit(quint64 id) {
    const Turn* edited = turn(id);
    if (edited)
        setDraft(edited->question);
    if (std::exchange(m_edited, edited ? id : 0) != m_edited)
        Q_EMIT editedChanged();
}

void Conversation::leaveEdited() {
    const auto found = std::ranges::find(m_turns, std::exchange(m_edited, 0), &Turn::id);
    if (found == m_turns.end())
        return;
    setTurns({m_turns.begin(), found});
    Q_EMIT editedChanged();
}

} // namespace prunescope::ui
