#pragma once

#include "core/pruning/prune_plan.h"

#include <QWidget>
#include <vector>

class QLabel;
class QLineEdit;
class QVBoxLayout;

namespace prunescope::ui {

class ExpectedCost;
class MaskView;
class StageEditor;

/// Editor of the stages of a plan that choose among tokens, and of the plan as text. A plan that core refuses changes
/// nothing: the reason stands here until the next change.
class PlanEditor : public QWidget {
    Q_OBJECT

public:
    PlanEditor(MaskView& mask, const ExpectedCost& cost, QWidget* parent = nullptr);

    /// Whether the plan is there as text, too; not at first.
    void setShowsText(bool shows);

private:
    /// An editor, and the stage of the plan that it shows; a negative index is none.
    struct Slot {
        StageEditor* editor;
        int index = -1;
    };
    void makeTextLine();
    Slot& addSlot(Place place);
    void change(const StageEditor* editor, const std::optional<PruneStage>& stage);
    void takeText();
    void showPlan();
    void showStages();
    void showFigures();
    void showText();
    /// Sets why the last wish was refused; empty: it was not.
    void setRefusal(const QString& why);
    void showProblem();

    MaskView& m_mask;
    const ExpectedCost& m_cost;
    std::vector<Slot> m_slots; ///< in the order in which they are shown
    QVBoxLayout* m_stages;
    QWidget* m_textLine;
    QLineEdit* m_text;
    QLabel* m_problem;
    QString m_refusal;
};

} // namespace prunescope::ui
