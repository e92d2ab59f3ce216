#include "ui/session/draft_parts.h"

#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/model_slot.h"
#include "ui/session/open_image.h"

namespace prunescope::ui {

bool DraftParts::isModelBusy() const {
    return model.isLoading() || !conversation.isIdle();
}

void DraftParts::watch(QObject* context, const std::function<void()>& changed,
                       const std::function<void()>& idle) const {
    QObject::connect(&image, &OpenImage::changed, context, changed);
    QObject::connect(&mask, &MaskView::regionChanged, context, changed);
    QObject::connect(&conversation, &Conversation::draftChanged, context, changed);
    QObject::connect(&conversation, &Conversation::thinksFirstChanged, context, changed);
    QObject::connect(&conversation, &Conversation::turnAdded, context, changed);
    QObject::connect(&conversation, &Conversation::cleared, context, changed);
    QObject::connect(&model, &ModelSlot::changed, context, changed);
    QObject::connect(&model, &ModelSlot::loaded, context, changed);
    QObject::connect(&conversation, &Conversation::becameIdle, context, idle);
    QObject::connect(&model, &ModelSlot::becameIdle, context, idle);
}

} // namespace prunescope::ui
