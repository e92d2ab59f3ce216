#include "ui/session/conversation_opener.h"

#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/notices.h"
#include "ui/session/open_document.h"
#include "ui/session/open_image.h"
#include "ui/session/turn_storage.h"
#include "ui/store/conversations.h"

#include <utility>

namespace prunescope::ui {

ConversationOpener::ConversationOpener(const Parts& parts, QObject* parent) : QObject(parent), m_parts(parts) {
    connect(&m_parts.image, &OpenImage::changed, this, &ConversationOpener::restore);
    connect(&m_parts.image, &OpenImage::opening, this, [this] { // something else
        m_wanted = 0;
        m_waiting.reset();
    });
    connect(&m_parts.image, &OpenImage::failed, this, [this] { m_waiting.reset(); });
}

void ConversationOpener::open(qint64 conversation) {
    if (conversation == m_parts.conversation.storedId())
        return;
    m_wanted = conversation;
    m_parts.store.read(this, conversation, [this, conversation](const StoredConversation& stored) {
        if (conversation != m_wanted)
            return; // another one was chosen meanwhile, or another picture opened
        if (stored.id == 0 || stored.turns.empty())
            m_parts.notices.info(tr("The conversation is not there any more: it was deleted in another window."));
        else
            openPicture(stored);
    });
}

void ConversationOpener::openPicture(const StoredConversation& stored) {
    const Turn last = turnOf(stored.turns.back());
    m_parts.image.openStored(stored.picture.png, last.pictureName, last.scale, last.redacted);
    m_waiting = stored; // after `opening`
}

void ConversationOpener::restore() {
    if (!m_waiting)
        return;
    const StoredConversation stored = *std::exchange(m_waiting, std::nullopt);
    const Turn last = turnOf(stored.turns.back());
    if (const auto page = PageName::of(last.pictureName))
        m_parts.document.follow(*page);
    m_parts.mask.setPlan(last.plan);
    // One that is marked may be narrower than any that is cropped.
    m_parts.mask.setRegion({});
    m_parts.mask.setRegionUse(last.regionUse);
    m_parts.mask.setRegion(last.region);
    m_parts.conversation.show(stored);
    Q_EMIT opened();
}

qint64 ConversationOpener::shown() const {
    return m_parts.conversation.storedId();
}

bool ConversationOpener::isFree() const {
    return m_parts.conversation.turns().empty();
}

} // namespace prunescope::ui
