#include "ui/session/session.h"

#include "ui/style/format.h"

#include <nlohmann/json.hpp>

namespace prunescope::ui {

Session::Session(EngineLoader loader, const QString& logPath, QObject* parent)
    : QObject(parent), m_log(logPath), m_store(Store::pathBeside(m_log.path())), m_conversations(m_store),
      m_document(m_image), m_maskView(m_image), m_advice(m_maskView), m_modelSlot(std::move(loader)),
      m_conversation({m_image, m_maskView, m_modelSlot, m_conversations}),
      m_comparison(m_image, m_maskView, m_modelSlot, m_conversation),
      m_textCount({m_image, m_maskView, m_modelSlot, m_conversation}),
      m_expectedCost(m_maskView, m_modelSlot, m_conversation, m_textCount),
      m_tauCurve(m_maskView, m_expectedCost, m_conversation),
      m_promptPreview({m_image, m_maskView, m_modelSlot, m_conversation}), m_times(m_log), m_history(m_store, m_log),
      m_recordOpener({m_image, m_document, m_maskView, m_conversation, m_notices}),
      m_conversationOpener({m_conversations, m_image, m_document, m_maskView, m_conversation, m_notices}),
      m_id(makeSessionId()) {
    connect(&m_modelSlot, &ModelSlot::loaded, this, [this] {
        tellModelNotes(); // first: they stay in the tip of the model's name when another notice follows
        m_maskView.setPlaces(m_modelSlot.model()->places);
        m_maskView.setLimits(m_modelSlot.model()->limits);
    });
    connect(&m_maskView, &MaskView::planMoved, this, [this](const QString& plan) {
        m_notices.info(tr("This model can't be pruned as the plan says. The plan is now %1.").arg(plan));
    });
    connect(&m_conversation, &Conversation::answered, this, &Session::keepRecord);
    connect(&m_conversation, &Conversation::lookedCloser, this, &Session::keepRecord);
    connect(&m_image, &OpenImage::changed, this, &Session::tellImageNotes);
    connectFailures();
    connectSettled();
}

void Session::connectFailures() {
    connect(&m_image, &OpenImage::failed, &m_notices, &Notices::error);
    connect(&m_document, &OpenDocument::failed, &m_notices, &Notices::error);
    connect(&m_maskView, &MaskView::failed, &m_notices, &Notices::error);
    connect(&m_comparison, &Comparison::failed, &m_notices, &Notices::error);
    connect(&m_modelSlot, &ModelSlot::failed, &m_notices, &Notices::error);
    connect(&m_log, &RecordLog::saveFailed, this, &Session::onLogFailed);
    connect(&m_store, &Store::unavailable, this, &Session::tellNoStore);
    connect(&m_history, &History::failed, &m_notices, &Notices::error);
    connect(&m_conversations, &Conversations::failed, &m_notices, &Notices::error);
    connect(&m_conversation, &Conversation::unsaved, this, &Session::tellUnsaved);
}

void Session::connectSettled() {
    connect(&m_image, &OpenImage::becameIdle, this, &Session::checkSettled);
    connect(&m_document, &OpenDocument::becameIdle, this, &Session::checkSettled);
    connect(&m_maskView, &MaskView::becameIdle, this, &Session::checkSettled);
    connect(&m_advice, &PictureAdvice::becameIdle, this, &Session::checkSettled);
    connect(&m_modelSlot, &ModelSlot::becameIdle, this, &Session::checkSettled);
    connect(&m_conversation, &Conversation::becameIdle, this, &Session::checkSettled);
    connect(&m_comparison, &Comparison::becameIdle, this, &Session::checkSettled);
    connect(&m_tauCurve, &TauCurve::becameIdle, this, &Session::checkSettled);
    connect(&m_promptPreview, &PromptPreview::becameIdle, this, &Session::checkSettled);
    connect(&m_textCount, &TextCount::becameIdle, this, &Session::checkSettled);
    connect(&m_log, &RecordLog::becameIdle, this, &Session::checkSettled);
    connect(&m_history, &History::becameIdle, this, &Session::checkSettled);
    connect(&m_conversations, &Conversations::becameIdle, this, &Session::checkSettled);
}

void Session::tellImageNotes() {
    if (m_image.isNextFrame()) // they were told of the first
        return;
    const Screenshot& shown = m_image.screenshot();
    if (const std::string notes = toText(shown.notes); !notes.empty())
        m_notices.info(fromUtf8(shown.name + ": " + notes));
}

void Session::tellModelNotes() {
    QStringList lines;
    for (const std::string& note : m_modelSlot.model()->notes)
        lines << fromUtf8(note);
    lines.removeDuplicates();
    if (!lines.isEmpty())
        m_notices.info(lines.join(QLatin1Char('\n')));
}

void Session::keepRecord(const Turn& turn) {
    nlohmann::json answer = model::toJson(turn.shown());
    if (turn.changes)
        answer["changes"] = toJson(*turn.changes);
    model::addTo(answer, turn.part());
    m_log.append(makeRecord(m_id, turn.question.toStdString(), std::move(answer)));
}

void Session::onLogFailed(const QString& message) {
    const int count = static_cast<int>(m_log.unsaved().size());
    m_notices.post({Notice::Level::Warning,
                    tr("%1. %2 in memory; it is written with the next one.")
                        .arg(message, counted(count, tr("%1 question is kept"), tr("%1 questions are kept"))),
                    Notice::Action::RetryLog});
}

void Session::tellNoStore(const QString& why) {
    m_notices.post(
        {Notice::Level::Warning,
         tr("%1. The window works on without it: history and conversations are in memory until it is closed.").arg(why),
         Notice::Action::None});
}

void Session::tellUnsaved(const QString& why) {
    m_notices.post({Notice::Level::Warning,
                    tr("%1. The question is asked all the same; it is kept with the conversation as soon as one can be "
                       "written again.")
                        .arg(why),
                    Notice::Action::None});
}

bool Session::isSettled() const {
    return m_image.isIdle() && m_document.isIdle() && m_maskView.isIdle() && m_advice.isIdle() &&
           !m_modelSlot.isLoading() && m_conversation.isIdle() && m_comparison.isIdle() && m_tauCurve.isIdle() &&
           m_promptPreview.isIdle() && m_textCount.isIdle() && m_log.isIdle() && m_history.isIdle() &&
           m_conversations.isIdle();
}

void Session::checkSettled() {
    if (isSettled())
        Q_EMIT settled();
}

} // namespace prunescope::ui
