#pragma once

#include "ui/session/comparison.h"
#include "ui/session/conversation.h"
#include "ui/session/conversation_opener.h"
#include "ui/session/expected_cost.h"
#include "ui/session/mask_view.h"
#include "ui/session/model_slot.h"
#include "ui/session/notices.h"
#include "ui/session/open_document.h"
#include "ui/session/open_image.h"
#include "ui/session/picture_advice.h"
#include "ui/session/prompt_preview.h"
#include "ui/session/record_opener.h"
#include "ui/session/session_times.h"
#include "ui/session/tau_curve.h"
#include "ui/session/text_count.h"
#include "ui/store/conversations.h"
#include "ui/store/history.h"
#include "ui/store/store.h"
#include "ui/workers/record_log.h"

#include <QObject>

namespace prunescope::ui {

/// Keeps together what a window works on: an image, what the model sees of it, the model, the conversation and its log.
/// Each part tells of its own changes; what goes wrong in one becomes a notice here. Nothing here blocks. GUI thread.
class Session : public QObject {
    Q_OBJECT

public:
    /// `logPath` empty: the default log of the user. The database is beside the log.
    Session(EngineLoader loader, const QString& logPath, QObject* parent = nullptr);

    Notices& notices() { return m_notices; }
    OpenImage& image() { return m_image; }
    OpenDocument& document() { return m_document; }
    MaskView& maskView() { return m_maskView; }
    PictureAdvice& pictureAdvice() { return m_advice; }
    ModelSlot& modelSlot() { return m_modelSlot; }
    Conversation& conversation() { return m_conversation; }
    Comparison& comparison() { return m_comparison; }
    ExpectedCost& expectedCost() { return m_expectedCost; }
    TauCurve& tauCurve() { return m_tauCurve; }
    PromptPreview& promptPreview() { return m_promptPreview; }
    RecordLog& log() { return m_log; }
    const SessionTimes& times() const { return m_times; }
    History& history() { return m_history; }
    RecordOpener& recordOpener() { return m_recordOpener; }
    Conversations& conversations() { return m_conversations; }
    ConversationOpener& conversationOpener() { return m_conversationOpener; }

    /// Whether nothing is being read, selected, loaded, answered, shown or written.
    bool isSettled() const;

Q_SIGNALS:
    void settled();

private:
    void connectFailures();
    void connectSettled();
    /// What became of the file beside its pixels.
    void tellImageNotes();
    /// How the files of the model that was loaded were read.
    void tellModelNotes();
    void keepRecord(const Turn& turn);
    void onLogFailed(const QString& message);
    void tellNoStore(const QString& why);
    void tellUnsaved(const QString& why);
    void checkSettled();

    Notices m_notices;
    RecordLog m_log;
    Store m_store;
    Conversations m_conversations;
    OpenImage m_image;
    OpenDocument m_document;
    MaskView m_maskView;
    PictureAdvice m_advice;
    ModelSlot m_modelSlot;
    Conversation m_conversation;
    Comparison m_comparison;
    TextCount m_textCount;
    ExpectedCost m_expectedCost;
    TauCurve m_tauCurve;
    PromptPreview m_promptPreview;
    SessionTimes m_times;
    History m_history;
    RecordOpener m_recordOpener;
    ConversationOpener m_conversationOpener;
    const std::string m_id; ///< in the records
};

} // namespace prunescope::ui
