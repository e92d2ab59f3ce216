#include "ui/session/text_count.h"

#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/model_slot.h"
#include "ui/session/open_image.h"
#include "ui/session/request_builder.h"

namespace prunescope::ui {

namespace {

constexpr int kWaitMs = 150;

} // namespace

TextCount::TextCount(const DraftParts& parts, QObject* parent) : QObject(parent), m_parts(parts) {
    m_wait.setSingleShot(true);
    m_wait.setInterval(kWaitMs);
    m_wait.callOnTimeout(this, &TextCount::update);
    connectParts();
}

void TextCount::connectParts() {
    m_parts.watch(
        this, [this] { outdate(); },
        [this] {
            if (m_outdated)
                outdate();
        });
    const EngineWorker& engine = m_parts.model.engine();
    connect(&engine, &EngineWorker::textCounted, this, [this](quint64 id, int tokens) {
        if (id == m_requestId)
            set(tokens, false);
        endRequest(id);
    });
    connect(&engine, &EngineWorker::textCountFailed, this, [this](quint64 id) {
        if (id == m_requestId)
            set(kGuess, true); // asking says why
        endRequest(id);
    });
}

void TextCount::outdate() {
    m_outdated = true;
    m_wait.start();
}

void TextCount::update() {
    if (!m_parts.model.model() || m_parts.image.isEmpty()) {
        m_outdated = false;
        set(kGuess, true);
    } else if (m_outdated && m_requestId == 0 && !m_parts.isModelBusy()) {
        m_outdated = false;
        m_requestId = m_parts.model.engine().countText(
            draftRequest(m_parts.image.screenshot(), m_parts.mask, m_parts.conversation));
    }
    if (isIdle())
        Q_EMIT becameIdle();
}

void TextCount::set(int tokens, bool isGuess) {
    if (tokens == m_tokens && isGuess == m_isGuess)
        return;
    m_tokens = tokens;
    m_isGuess = isGuess;
    Q_EMIT changed();
}

void TextCount::endRequest(quint64 id) {
    if (id != m_requestId)
        return;
    m_requestId = 0;
    if (m_outdated)
        m_wait.start(); // something changed meanwhile
    if (isIdle())
        Q_EMIT becameIdle();
}

} // namespace prunescope::ui
