#include "ui/session/conversation.h"

#include "ui/session/mask_view.h"
#include "ui/session/model_slot.h"
#include "ui/session/open_image.h"
#include "ui/session/request_builder.h"
#include "ui/store/conversations.h"
#include "ui/style/format.h"

#include <QDateTime>
#include <algorithm>
#include <ranges>
#include <utility>

namespace prunescope::ui {

Conversation::Conversation(const Parts& parts, QObject* parent)
    : QObject(parent), m_image(parts.image), m_mask(parts.mask), m_model(parts.model), m_store(parts.store),
      m_keeper(parts.store) {
    connect(&m_image, &OpenImage::changed, this, [this] {
        if (!m_image.isNextFrame()) // answers about a place stay while it is watched
            clear();
    });
    connect(&m_image, &OpenImage::redactionsChanged, this, &Conversation::hideRedacted);
    connectEngine();
    connectStore();
}

Conversation::~Conversation() {
    endRunning(tr("The window was closed before the answer was done."));
}

void Conversation::connectEngine() {
    const EngineWorker& engine = m_model.engine();
    connect(&engine, &EngineWorker::stageBegan, this, [this](quint64 request, const QString& stage) {
        changeTurn(turnOfRequest(request), [&](Turn& turn) { turn.stage = stage; });
    });
    connect(&engine, &EngineWorker::thoughtArrived, this, &Conversation::onThought);
    connect(&engine, &EngineWorker::textArrived, this, &Conversation::onText);
    connect(&engine, &EngineWorker::rewritten, this, &Conversation::onRewritten);
    connect(&engine, &EngineWorker::answered, this, &Conversation::onAnswered);
    connect(&engine, &EngineWorker::failed, this, &Conversation::onFailed);
}

void Conversation::clear() {
    m_model.engine().stopAnswer(); // an answer about an image that is gone helps nobody
    endRunning(tr("Stopped: another picture was opened."));
    m_keeper.turnTo(0);
    m_pictures.clear();
    setTurns({});
}

const Turn* Conversation::turn(quint64 id) const {
    const auto found = std::ranges::find(m_turns, id, &Turn::id);
    return found == m_turns.end() ? nullptr : &*found;
}

const Turn* Conversation::lastAnswered() const {
    for (const Turn& turn : m_turns | std::views::reverse)
        if (turn.isDone())
            return &turn;
    return nullptr;
}

const Turn* Conversation::baselineOf(const Turn& turn) const {
    for (const Turn& other : m_turns | std::views::reverse)
        if (other.isDone() && other.id != turn.id && !other.plan.prunes() && other.isAboutTheSameAs(turn) &&
            !other.wasShortened())
            return &other;
    return nullptr;
}

// Asking -------------------------------------------------------------------------------------------------------------

bool Conversation::isAsking() const {
    return m_second.id != 0 || (!m_turns.empty() && m_turns.back().isRunning());
}

QString Conversation::whyNotAsk() const {
    if (m_image.isEmpty())
        return tr("There is no picture to ask about: capture, open or paste one first.");
    if (m_model.isLoading()) // also where one is there: the question would wait for the other one
        return tr("The model is still loading: ask again when it is ready.");
    if (!m_model.model())
        return tr("No model is loaded: choose a model folder or download one under Models first.");
    return m_model.whyLent();
}

bool Conversation::ask(const QString& question) {
    if (m_asker)
        return m_asker(question);
    if (canAsk(question))
        leaveEdited();
    return askUnder({}, m_mask.plan(), question) != 0;
}

void Conversation::setAsker(std::function<bool(const QString&)> asker) {
    m_asker = std::move(asker);
    Q_EMIT draftChanged(); // its prompt is another one
}

quint64 Conversation::askUnder(const QString& letter, const PrunePlan& plan, const QString& question) {
    return canAsk(question) ? begin(nextTurn(letter, plan, question)) : 0;
}

bool Conversation::canAsk(const QString& question) const {
    return !isAsking() && !question.trimmed().isEmpty() && whyNotAsk().isEmpty();
}

Turn Conversation::nextTurn(const QString& letter, const PrunePlan& plan, const QString& question) const {
    Turn next;
    next.question = question.trimmed();
    next.letter = letter;
    next.askedMs = QDateTime::currentMSecsSinceEpoch();
    next.picture = m_image.id();
    next.pictureName = fromUtf8(m_image.screenshot().name);
    next.size = m_image.size();
    next.scale = m_image.screenshot().scale;
    next.region = m_mask.region();
    next.regionUse = m_mask.regionUse();
    next.redacted = m_image.redactions();
    next.plan = plan;
    next.thinking = thinking();
    next.pictureTimes = m_image.screenshot().times;
    next.allBlocks = m_mask.fullGrid().count();
    next.changes = m_mask.changes();
    return next;
}

/// What is asked is on the disk first: whatever happens to the program while the model answers, it is not lost.
quint64 Conversation::begin(Turn next) {
    next.id = ++m_lastId;
    m_saving = {next.id, requestFor(m_image.screenshot(), m_turns, next)};
    m_saving.request.reuse = m_reuse && next.letter.isEmpty();
    const quint64 parent = m_turns.empty() ? 0 : m_turns.back().id;
    m_turns.push_back(next);
    m_keeper.add(next, parent, m_image.screenshot().picture);
    Q_EMIT turnAdded(next.id);
    Q_EMIT askingChanged(true);
    return next.id;
}

void Conversation::askModel(quint64 id) {
    if (id == 0 || m_saving.turn != id)
        return; // it was stopped, or is there already
    const Saving saved = std::exchange(m_saving, {});
    m_engine = {m_model.engine().ask(saved.request), id};
}

void Conversation::setDraft(const QString& draft) {
    if (draft == m_draft)
        return;
    if (m_draft.isEmpty() && !m_image.isEmpty() && std::exchange(m_prepared, m_image.id()) != m_image.id())
        m_store.prepare(m_image.screenshot().picture); // while somebody types
    m_draft = draft;
    Q_EMIT draftChanged();
}

void Conversation::setThinksFirst(bool thinks) {
    if (thinks == m_thinksFirst)
        return;
    m_thinksFirst = thinks;
    Q_EMIT thinksFirstChanged(thinks);
}

std::optional<bool> Conversation::thinking() const {
    const auto& model = m_model.model();
    if (!model || model->thinking == model::Thinking::Never)
        return std::nullopt;
    return m_thinksFirst || model->thinking == model::Thinking::Always;
}

void Conversation::stopAnswer() {
    if (m_saving.turn == 0) {
        if (isAsking())
            m_model.engine().stopAnswer();
        return;
    }
    const quint64 id = m_saving.turn;
    endRunning(tr("Stopped before the first word."));
    Q_EMIT turnChanged(id);
    Q_EMIT askingChanged(false);
    if (isIdle())
        Q_EMIT becameIdle();
}

bool Conversation::changeTurn(quint64 id, const std::function<void(Turn&)>& change) {
    const auto found = std::ranges::find(m_turns, id, &Turn::id);
    if (found == m_turns.end())
        return false;
    change(*found);
    Q_EMIT turnChanged(id);
    return true;
}

void Conversation::onThought(quint64 request, const QString& piece) {
    changeTurn(turnOfRequest(request), [&](Turn& turn) {
        if (turn.thought.isEmpty())
            m_thoughtClock.start();
        turn.thought += piece;
        turn.thoughtMs = static_cast<double>(m_thoughtClock.elapsed());
    });
}

void Conversation::onText(quint64 request, const QString& piece) {
    changeTurn(turnOfRequest(request), [&](Turn& turn) {
        if (turn.text.isEmpty() && turn.thought.isEmpty())
            m_thoughtClock.start(); // it may turn out to be the thought
        else if (turn.text.isEmpty())
            turn.thoughtMs = static_cast<double>(m_thoughtClock.elapsed());
        turn.text += piece;
    });
}

void Conversation::onRewritten(quint64 request, const QString& thought, const QString& text) {
    changeTurn(turnOfRequest(request), [&](Turn& turn) {
        turn.thought = thought;
        turn.thoughtMs = static_cast<double>(m_thoughtClock.elapsed());
        turn.text = text;
    });
}

void Conversation::onAnswered(quint64 request, const model::Answer& answer) {
    if (m_second.id == request) {
        const bool stopped = answer.finishReason == model::FinishReason::Cancelled;
        return endCloserLook(stopped ? nullptr : &answer, stopped ? tr("The closer look was stopped.") : QString());
    }
    const quint64 id = turnOfRequest(request);
    const bool there = changeTurn(id, [&](Turn& turn) {
        turn.state = Turn::State::Done;
        turn.thought = fromUtf8(answer.thought);
        turn.text = fromUtf8(answer.text);
        turn.answer = withPictureTimes(answer, turn.pictureTimes);
    });
    if (there) {
        m_keeper.update(*turn(id));
        Q_EMIT answered(*turn(id));
        showTurn(id);
        Q_EMIT askingChanged(false);
    }
    endAsking(request);
}

void Conversation::onFailed(quint64 request, const QString& message) {
    if (m_second.id == request)
        return endCloserLook(nullptr, message);
    const quint64 id = turnOfRequest(request);
    const bool there = changeTurn(id, [&](Turn& turn) {
        turn.state = Turn::State::Failed;
        turn.error = message;
    });
    if (there) {
        m_keeper.update(*turn(id));
        Q_EMIT askingChanged(false);
    }
    endAsking(request);
}

void Conversation::endAsking(quint64 request) {
    if (request != m_engine.request)
        return; // another question was asked meanwhile
    m_engine = {};
    if (isIdle())
        Q_EMIT becameIdle();
}

// Places on the picture ----------------------------------------------------------------------------------------------

void Conversation::showTurn(quint64 id) {
    m_shownTurn = id;
    Q_EMIT shownTurnChanged();
}

void Conversation::setHovered(RegionRef region) {
    if (region == m_hovered)
        return;
    m_hovered = region;
    Q_EMIT hoveredChanged();
}

void Conversation::revealRegion(RegionRef region) {
    if (m_shownTurn != region.turn)
        showTurn(region.turn);
    Q_EMIT regionRevealed(region);
}

} // namespace prunescope::ui
