#pragma once

#include "ui/panels/panel.h"

#include <vector>

class QHBoxLayout;
class QLabel;
class QStackedWidget;
class QToolButton;

namespace prunescope::ui {

class Comparison;
class Conversation;
class PlanCard;
class Segmented;
class StageBars;
class TauCurve;

/// Panel of the comparison: the plans with their answers side by side and their times to one scale, or what tau costs.
class ComparePanel : public Panel {
    Q_OBJECT

public:
    /// All of them outlive this.
    ComparePanel(Comparison& comparison, Conversation& conversation, TauCurve& curve, QWidget* parent = nullptr);

    const std::vector<PlanCard*>& cards() const { return m_cards; }

private:
    void makeTitle();
    QWidget* makeAnswers();
    void connectComparison();
    /// A card for each plan.
    void showPlans();
    void refresh();
    void showQuestion();
    void showTimes();

    Comparison& m_comparison;
    Conversation& m_conversation;
    Segmented* m_pageChoice;
    QToolButton* m_keep;
    QToolButton* m_stop;
    QStackedWidget* m_pages;
    QLabel* m_question;
    QHBoxLayout* m_row;
    StageBars* m_bars;
    std::vector<PlanCard*> m_cards;
};

} // namespace prunescope::ui
