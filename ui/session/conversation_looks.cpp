// The second look that a conversation takes at a place of an answer.
#include "ui/session/conversation.h"

#include "ui/session/model_slot.h"
#include "ui/session/open_image.h"
#include "ui/session/request_builder.h"
#include "ui/style/format.h"

#include <algorithm>
#include <span>
#include <utility>

namespace prunescope::ui {

QString Conversation::whyNotLookCloser(const Turn& turn) const {
    if (isAsking())
        return tr("A question is still being answered: stop it first, or wait.");
    if (const QString why = whyNotAsk(); !why.isEmpty())
        return why;
    if (!turn.isDone() || turn.answer.regions.empty())
        return tr("The answer names no place to look closer at.");
    if (turn.picture != m_image.id())
        return tr("The picture has changed since: ask again.");
    return turn.closer ? tr("A closer look was taken already.") : QString();
}

bool Conversation::lookCloser(quint64 id) {
    const auto found = std::ranges::find(m_turns, id, &Turn::id);
    if (found == m_turns.end())
        return false;
    const std::span<const Turn> earlier(m_turns.begin(), found);
    QString why = whyNotLookCloser(*found);
    SecondLook second{0, id, {}, {}};
    if (why.isEmpty()) {
        second.request = requestFor(m_image.screenshot(), earlier, *found);
        second.request.reuse = m_reuse && found->letter.isEmpty();
        second.look = model::closerLook(second.request, found->answer, m_model.model()->limits);
        why = fromUtf8(second.look.whyNot);
    }
    const bool looks = why.isEmpty();
    if (looks) {
        m_engine = {m_model.engine().ask(second.look.request), 0};
        second.id = m_engine.request;
        m_second = std::move(second);
    }
    changeTurn(id, [&](Turn& turn) {
        turn.looksCloser = looks;
        turn.whyNotCloser = why;
    });
    if (looks)
        Q_EMIT askingChanged(true);
    return looks;
}

void Conversation::endCloserLook(const model::Answer* second, const QString& why) {
    const SecondLook done = std::exchange(m_second, {});
    changeTurn(done.turn, [&](Turn& turn) {
        turn.looksCloser = false;
        turn.whyNotCloser = why;
        if (!second)
            return;
        turn.closer =
            withPictureTimes(model::joinLooks(done.request, turn.answer, done.look, *second), turn.pictureTimes);
        turn.thought = fromUtf8(turn.closer->thought);
        turn.text = fromUtf8(turn.closer->text);
    });
    if (const Turn* looked = turn(done.turn))
        m_keeper.update(*looked);
    m_hovered = {}; // a place of the first answer
    Q_EMIT hoveredChanged();
    if (second) {
        Q_EMIT lookedCloser(*turn(done.turn));
        showTurn(done.turn);
    }
    Q_EMIT askingChanged(false);
    endAsking(done.id);
}

} // namespace prunescope::ui
