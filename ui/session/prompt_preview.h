#pragma once

#include "model/values/prompt_view.h"
#include "model/values/request.h"
#include "ui/session/draft_parts.h"
#include "ui/session/picture_levels.h"
#include "ui/workers/latest_job.h"

#include <QObject>
#include <QTimer>
#include <memory>

namespace prunescope::ui {

/// The prompt that the model would be given now: of the question that is typed, else of the last one that was asked.
/// Kept up to date while somebody looks; made in the engine's thread, and never while that answers or loads: then the
/// prompt before stays. GUI thread.
class PromptPreview : public QObject {
    Q_OBJECT

public:
    explicit PromptPreview(const DraftParts& parts, QObject* parent = nullptr);

    /// Whether somebody looks.
    void setWanted(bool wanted);
    /// The prompt; null where there is none.
    const std::shared_ptr<const model::PromptView>& view() const { return m_shown.view; }
    /// Its image as the model sees it, dropped blocks dimmed.
    const PictureLevels& picture() const { return m_shown.picture; }
    /// Reason why there is none, as one line that says what to do; empty where there is one or it is being made.
    const QString& whyNone() const { return m_whyNone; }
    /// Whether a region of the picture is shown to the model in a frame.
    bool isMarked() const { return m_shown.view && m_shown.isMarked; }
    /// Whether the prompt is older than what it is made of, and is renewed when the model has time.
    bool isWaiting() const { return m_outdated && m_parts.isModelBusy(); }
    /// Whether nothing is being made, nor will be before something else has ended.
    bool isIdle() const;

Q_SIGNALS:
    void changed();
    void becameIdle();

private:
    struct Shown {
        std::shared_ptr<const model::PromptView> view;
        PictureLevels picture;
        bool isMarked = false;
    };
    void connectParts();
    void outdate();
    void forget();
    void update();
    QString whyNotNow() const;
    model::Request request() const;
    void onShown(quint64 id, const model::PromptView& view);
    void onFailed(quint64 id, const QString& message);
    void show(const Shown& shown, const QString& whyNone);
    void endRequest();
    void checkIdle();

    DraftParts m_parts;
    QTimer m_wait; ///< for the end of what is being typed or dragged
    LatestJob m_paint;
    Shown m_shown;
    QString m_whyNone;
    quint64 m_requestId = 0; ///< of what the engine makes now; 0: nothing
    bool m_wanted = false;
    bool m_outdated = true;
};

} // namespace prunescope::ui
