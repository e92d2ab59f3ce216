#pragma once

#include "ui/panels/panel.h"

class QCheckBox;
class QLabel;

namespace prunescope::ui {

class Conversation;
class StageBars;
struct Turn;

/// Panel of latency: where the time of the last question went, and how that compares with not pruning.
class LatencyPanel : public Panel {
    Q_OBJECT

public:
    explicit LatencyPanel(Conversation& conversation, QWidget* parent = nullptr);

private:
    void refresh();
    void showTurn(const Turn& turn, const Turn* baseline);
    void showLegend(const Turn& turn);

    Conversation& m_conversation;
    QLabel* m_empty;
    StageBars* m_bars;
    QLabel* m_legend;
    QLabel* m_decode;
    QLabel* m_factor;
    QCheckBox* m_anew;
};

} // namespace prunescope::ui
