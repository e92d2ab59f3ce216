#pragma once

#include "ui/session/cost_figures.h"

#include <QObject>
#include <optional>

namespace prunescope::ui {

class Conversation;
class MaskView;
class ModelSlot;

/// Cost that a question about the shown mask would have now, as fast as the loaded model was with its last answer. GUI
/// thread.
class ExpectedCost : public QObject {
    Q_OBJECT

public:
    /// All three outlive this.
    ExpectedCost(const MaskView& mask, const ModelSlot& model, const Conversation& conversation,
                 QObject* parent = nullptr);

    /// The figures; nothing without a mask.
    std::optional<CostFigures> figures() const;

Q_SIGNALS:
    void changed();

private:
    const MaskView& m_mask;
    const ModelSlot& m_model;
    std::optional<MeasuredSpeed> m_speed;
};

} // namespace prunescope::ui
