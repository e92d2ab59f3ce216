#pragma once

#include "ui/panels/panel.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;

namespace prunescope::ui {

class ExpectedCost;
class Gauge;
class MaskView;
class Segmented;
class StrategyOptions;
class TauSlider;

/// What goes in: strategy, threshold, metric, and what a question then costs.
class PruningPanel : public Panel {
    Q_OBJECT

public:
    PruningPanel(MaskView& mask, const ExpectedCost& cost, QWidget* parent = nullptr);

private:
    QWidget* makeStrategies();
    QWidget* makeThresholdLine();
    QWidget* makeMetricLine();
    QWidget* makeGauges();
    void connectControls();
    void setTau(double tau);
    void showSettings();
    void nameAnchored(bool forBudget);
    void showThreshold();
    void showCosts();

    MaskView& m_mask;
    const ExpectedCost& m_cost;
    Segmented* m_strategies;
    StrategyOptions* m_options;
    QDoubleSpinBox* m_tau;
    QLabel* m_levels;
    TauSlider* m_slider;
    QComboBox* m_metric;
    QCheckBox* m_anchored;
    Gauge* m_tokens;
    Gauge* m_flops;
    Gauge* m_firstToken;
};

} // namespace prunescope::ui
