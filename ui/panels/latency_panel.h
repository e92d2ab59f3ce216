#pragma once

#include "ui/panels/panel.h"

class QCheckBox;
class QLabel;
class QToolButton;

namespace prunescope::ui {

class Conversation;
class ExpectedCost;
class LatencyExport;
class Notices;
class Segmented;
class SessionChart;
class SessionTimes;
class StageBars;
class WaterfallView;
struct Turn;

/// Panel of latency: where the time of the last question went and how that compares with not pruning; every stage of a
/// question; all questions of the session. Charts and times can be written to files.
class LatencyPanel : public Panel {
    Q_OBJECT

public:
    /// Objects that this shows; all of them outlive this.
    struct Parts {
        Conversation& conversation;
        const ExpectedCost& cost;
        const SessionTimes& times;
        Notices& notices;
    };
    explicit LatencyPanel(const Parts& parts, QWidget* parent = nullptr);

    /// Each asks where to, then writes.
    void exportWaterfall();
    void exportChart();
    void exportTimes();

private:
    QWidget* makeQuestion();
    void makeViews();
    void makeExport();
    void showView();
    /// As tall as the view needs.
    void fitHeight();
    void refresh();
    void showTurn(const Turn& turn, const Turn* baseline);
    /// Only what was measured is praised.
    void showFactor(const QString& text, bool isMeasured);
    void showLegend(const Turn& turn);

    Conversation& m_conversation;
    const ExpectedCost& m_cost;
    const SessionTimes& m_times;
    LatencyExport* m_export;
    Segmented* m_views;
    QToolButton* m_save;
    QLabel* m_empty;
    StageBars* m_bars;
    QLabel* m_legend;
    QLabel* m_decode;
    QLabel* m_factor;
    QCheckBox* m_anew;
    QWidget* m_question; ///< the view of the last question
    WaterfallView* m_waterfall;
    SessionChart* m_chart;
};

} // namespace prunescope::ui
