#include "ui/session/expected_cost.h"

#include "core/base/error.h"
#include "core/pruning/layer_schedule.h"
#include "model/values/explain.h"
#include "ui/session/conversation.h"
#include "ui/session/mask_view.h"
#include "ui/session/model_slot.h"
#include "ui/session/shown_fates.h"
#include "ui/session/text_count.h"
#include "ui/style/format.h"

#include <array>

namespace prunescope::ui {

ExpectedCost::ExpectedCost(const MaskView& mask, const ModelSlot& model, const Conversation& conversation,
                           const TextCount& text, QObject* parent)
    : QObject(parent), m_mask(mask), m_model(model), m_conversation(conversation), m_text(text) {
    connect(&text, &TextCount::changed, this, &ExpectedCost::changed);
    connect(&mask, &MaskView::maskChanged, this, &ExpectedCost::changed);
    connect(&mask, &MaskView::planChanged, this, &ExpectedCost::changed);
    connect(&model, &ModelSlot::loaded, this, [this] {
        m_speeds.clear();
        Q_EMIT changed();
    });
    connect(&conversation, &Conversation::shownTurnChanged, this, &ExpectedCost::changed);
    connect(&conversation, &Conversation::answered, this, [this](const Turn& turn) {
        if (const auto speed = speedOf(turn.answer))
            m_speeds.add(*speed);
        Q_EMIT speedChanged();
        Q_EMIT changed();
    });
}

int ExpectedCost::languageLayers() const {
    return m_model.shape().languageLayers;
}

std::vector<StageCounts> ExpectedCost::plannedCounts() const {
    const ShownMask& shown = m_mask.mask();
    const std::array picture{MaskedGrid{shown.mask.grid(), shown.mask.keptCount(), shown.full.count()}};
    try {
        return expectedCounts(m_mask.plan(), picture, languageLayers());
    } catch (const Error&) { // `problem` says it; what is certain is what the pixels leave
        return expectedCounts(PrunePlan{{m_mask.plan().pixelStage()}}, picture, languageLayers());
    }
}

std::vector<StageCounts> ExpectedCost::counts() const {
    if (!m_mask.mask().valid())
        return {};
    const Turn* turn = m_conversation.shownTurn();
    return ShownFates::of(turn, m_mask) ? model::countsOf(turn->answer.pruning) : plannedCounts();
}

QString ExpectedCost::problem() const {
    try {
        checkSchedule(m_mask.plan(), languageLayers());
        return {};
    } catch (const Error& error) {
        return errorText(error);
    }
}

std::vector<PruneStep> ExpectedCost::steps() const {
    return stepsOf(m_mask.plan(), counts());
}

std::vector<TokenFigures> ExpectedCost::tokensOf(int stage) const {
    std::vector<TokenFigures> figures;
    for (const PruneStep& step : steps())
        if (step.stage == stage)
            figures.push_back({step.layer > 0 ? step.where() : QString(), step.left, step.reached,
                               m_mask.mask().full.count(), step.isAbout});
    return figures;
}

std::optional<CostFigures> ExpectedCost::figures() const {
    const ShownMask& shown = m_mask.mask();
    if (!shown.valid())
        return std::nullopt;
    return costFigures(m_mask.plan(), shown.full.count(), counts(), m_text.tokens(), m_model.shape(),
                       m_speeds.median());
}

std::optional<CostFigures> ExpectedCost::figuresOf(const PrunePlan& plan, const BlockGrid& grid, int kept) const {
    if (!m_mask.mask().valid())
        return std::nullopt;
    try {
        return costFigures(plan, MaskedGrid{grid, kept, m_mask.mask().full.count()}, m_text.tokens(), m_model.shape(),
                           m_speeds.median());
    } catch (const Error&) { // `problem` says it
        return std::nullopt;
    }
}

std::optional<StageTimes> ExpectedCost::fullTimes(const model::Answer& answer, int allBlocks) const {
    const auto speed = m_speeds.median();
    if (!speed || !speedOf(answer) || answer.images.size() != 1)
        return std::nullopt;
    const std::array picture{allBlocks};
    const PromptFlops whole = planFlops(answer.shape, PrunePlan::none(), picture, {}, workOf(answer).textTokens);
    return expectedTimes(*speed, whole, false);
}

} // namespace prunescope::ui
