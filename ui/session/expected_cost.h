#pragma once

#include "ui/session/cost_figures.h"
#include "ui/session/prune_step.h"
#include "ui/widgets/budget_gauge.h"

#include <QObject>
#include <optional>

namespace prunescope::ui {

class Conversation;
class MaskView;
class ModelSlot;
class TextCount;

/// Cost that a question about the shown mask would have now, as quick as the loaded model was with its last answers.
/// GUI thread.
class ExpectedCost : public QObject {
    Q_OBJECT

public:
    /// All of them outlive this.
    ExpectedCost(const MaskView& mask, const ModelSlot& model, const Conversation& conversation, const TextCount& text,
                 QObject* parent = nullptr);

    /// What the plan does at which depth, with the tokens of the picture: as the shown answer says where it is about
    /// this very plan and picture, else as far as the plan itself says. Empty without a mask.
    std::vector<PruneStep> steps() const;
    /// The same of one stage of the plan, for its gauges; empty where it drops nothing.
    std::vector<TokenFigures> tokensOf(int stage) const;
    /// Of the model that is loaded, or of the one that is assumed.
    int languageLayers() const;
    /// Why that model has no place for the plan, as one sentence; empty where it has.
    QString problem() const;
    /// The figures; nothing without a mask.
    std::optional<CostFigures> figures() const;
    /// Those of `plan` for the shown picture, if pixels left `kept` blocks of `grid`. Nothing where there is no
    /// picture, or the model has no place for the plan.
    std::optional<CostFigures> figuresOf(const PrunePlan& plan, const BlockGrid& grid, int kept) const;
    /// Tokens of text among them, and whether nothing has counted them.
    const TextCount& text() const { return m_text; }
    /// Times that an answered question would have taken without pruning, with `allBlocks` of its picture. Nothing where
    /// there is nothing to tell them from.
    std::optional<StageTimes> fullTimes(const model::Answer& answer, int allBlocks) const;

Q_SIGNALS:
    void changed();
    /// An answer has told how quick the model is.
    void speedChanged();

private:
    std::vector<StageCounts> counts() const;
    std::vector<StageCounts> plannedCounts() const;

    const MaskView& m_mask;
    const ModelSlot& m_model;
    const Conversation& m_conversation;
    const TextCount& m_text;
    SpeedHistory m_speeds; ///< of the loaded model
};

} // namespace prunescope::ui
