#include "ui/session/expected_cost.h"

#include "core/base/error.h"
#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/model_slot.h"

namespace prunescope::ui {

ExpectedCost::ExpectedCost(const MaskView& mask, const ModelSlot& model, const Conversation& conversation,
                           QObject* parent)
    : QObject(parent), m_mask(mask), m_model(model) {
    connect(&mask, &MaskView::maskChanged, this, &ExpectedCost::changed);
    connect(&mask, &MaskView::planChanged, this, &ExpectedCost::changed);
    connect(&model, &ModelSlot::loaded, this, [this] {
        m_speed.reset();
        Q_EMIT changed();
    });
    connect(&conversation, &Conversation::answered, this, [this](const Turn& turn) {
        if (const auto speed = speedOf(turn.answer))
            m_speed = speed;
        Q_EMIT changed();
    });
}

std::optional<CostFigures> ExpectedCost::figures() const {
    const ShownMask& shown = m_mask.mask();
    if (!shown.valid())
        return std::nullopt;
    try {
        return costFigures(m_mask.plan(), {shown.mask.grid(), shown.mask.keptCount(), shown.full.count()},
                           m_model.shape(), m_speed);
    } catch (const Error&) {
        return std::nullopt; // a plan that this model has no layers for: asking says so
    }
}

} // namespace prunescope::ui
