#include "ui/session/prompt_preview.h"

#include "core/report/mask_painter.h"
#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/model_slot.h"
#include "ui/session/open_image.h"
#include "ui/session/request_builder.h"

namespace prunescope::ui {

namespace {

constexpr int kWaitMs = 150;

PictureLevels paintedLevels(const model::PromptView& view) {
    if (view.images.empty())
        return {};
    const model::PromptView::Image& image = view.images.front();
    return PictureLevels(paintMask(image.picture, image.report.mask));
}

} // namespace

PromptPreview::PromptPreview(const DraftParts& parts, QObject* parent)
    : QObject(parent), m_parts(parts), m_paint(this) {
    m_wait.setSingleShot(true);
    m_wait.setInterval(kWaitMs);
    m_wait.callOnTimeout(this, &PromptPreview::update);
    connectParts();
}

void PromptPreview::connectParts() {
    connect(&m_parts.mask, &MaskView::planChanged, this, &PromptPreview::outdate);
    m_parts.watch(
        this, [this] { outdate(); },
        [this] {
            if (m_outdated)
                outdate();
        });
    connect(&m_parts.image, &OpenImage::redactionsChanged, this, &PromptPreview::forget);
    const EngineWorker& engine = m_parts.model.engine();
    connect(&engine, &EngineWorker::promptShown, this, &PromptPreview::onShown);
    connect(&engine, &EngineWorker::promptFailed, this, &PromptPreview::onFailed);
    connect(&m_paint, &LatestJob::failed, this, [this](const QString& message) { show({}, message); });
    connect(&m_paint, &LatestJob::becameIdle, this, &PromptPreview::checkIdle);
}

void PromptPreview::setWanted(bool wanted) {
    if (wanted == m_wanted)
        return;
    m_wanted = wanted;
    if (wanted && m_outdated)
        update();
}

bool PromptPreview::isIdle() const {
    return !m_wait.isActive() && m_requestId == 0 && m_paint.isIdle();
}

void PromptPreview::outdate() {
    m_outdated = true;
    if (m_wanted)
        m_wait.start();
}

// It may show what is redacted now, and so may the one that is being made.
void PromptPreview::forget() {
    m_paint.cancel();
    m_requestId = 0;
    show({}, {});
}

void PromptPreview::update() {
    if (m_wanted && m_outdated && m_requestId == 0) {
        const QString why = whyNotNow();
        if (!why.isEmpty()) {
            m_outdated = false;
            m_paint.cancel(); // of a picture or a model that is gone
            show({}, why);
        } else if (m_parts.isModelBusy()) {
            Q_EMIT changed(); // tells when it has time
        } else {
            m_outdated = false;
            m_requestId = m_parts.model.engine().showPrompt(request());
        }
    }
    checkIdle();
}

QString PromptPreview::whyNotNow() const {
    if (m_parts.image.isEmpty())
        return tr("Open a picture: then the text, the tokens and the blocks that a model is given are shown here.");
    if (m_parts.model.model())
        return {};
    return m_parts.model.isLoading()
               ? tr("The model is loading.")
               : tr("Load a model: its chat template and its tokens make a prompt of the question and the picture.");
}

model::Request PromptPreview::request() const {
    return draftOrLastRequest(m_parts.image.screenshot(), m_parts.mask, m_parts.conversation);
}

void PromptPreview::onShown(quint64 id, const model::PromptView& view) {
    if (id != m_requestId)
        return;
    m_paint.start(
        [view = std::make_shared<const model::PromptView>(view), isMarked = m_parts.mask.part().isMarked()] {
            return Shown{view, paintedLevels(*view), isMarked};
        },
        [this](const Shown& shown) { show(shown, {}); });
    endRequest();
}

void PromptPreview::onFailed(quint64 id, const QString& message) {
    if (id != m_requestId)
        return;
    m_paint.cancel();
    show({}, message);
    endRequest();
}

void PromptPreview::show(const Shown& shown, const QString& whyNone) {
    m_shown = shown;
    m_whyNone = whyNone;
    Q_EMIT changed();
}

void PromptPreview::endRequest() {
    m_requestId = 0;
    if (m_outdated && m_wanted)
        m_wait.start(); // something changed meanwhile
    checkIdle();
}

void PromptPreview::checkIdle() {
    if (isIdle())
        Q_EMIT becameIdle();
}

} // namespace prunescope::ui
