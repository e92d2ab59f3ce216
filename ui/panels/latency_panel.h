#pragma once

#include "ui/panels/panel.h"

class QCheckBox;
class QLabel;

namespace prunescope::ui {

class Conversation;
class ExpectedCost;
class StageBars;
struct Turn;

/// Panel of latency: where the time of the last question went, and how that compares with not pruning.
class LatencyPanel : public Panel {
    Q_OBJECT

public:
    LatencyPanel(Conversation& conversation, const ExpectedCost& cost, QWidget* parent = nullptr);

private:
    void refresh();
    void showTurn(const Turn& turn, const Turn* baseline);
    /// Only what was measured is praised.
    void showFactor(const QString& text, bool isMeasured);
    void showLegend(const Turn& turn);

    Conversation& m_conversation;
    const ExpectedCost& m_cost;
    QLabel* m_empty;
    StageBars* m_bars;
    QLabel* m_legend;
    QLabel* m_decode;
    QLabel* m_factor;
    QCheckBox* m_anew;
};

} // namespace prunescope::ui
