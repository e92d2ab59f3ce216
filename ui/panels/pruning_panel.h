#pragma once

#include "core/pruning/option_spec.h"
#include "ui/panels/panel.h"

#include <map>
#include <string>
#include <string_view>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;

namespace prunescope::ui {

class ExpectedCost;
struct CostFigures;
class FittedScroll;
class Gauge;
class MaskView;
class MethodOptions;
class PictureAdvice;
class PlanEditor;
class Segmented;
class TauSlider;

/// Panel of pruning: the stage that looks at pixels (method, threshold, metric, place), those inside the model, and
/// what a question then costs.
class PruningPanel : public Panel {
    Q_OBJECT

public:
    PruningPanel(MaskView& mask, const PictureAdvice& advice, const ExpectedCost& cost, QWidget* parent = nullptr);

private:
    QWidget* makeContent(const PictureAdvice& advice);
    QWidget* makeTextButton(PlanEditor& plan);
    QWidget* makeMethods();
    QWidget* makeThresholdLine();
    QWidget* makeMetricLine();
    QWidget* makePlaceLine();
    QWidget* makeGauges();
    void connectControls();
    void setMethod(const std::string& method);
    void setPlace();
    void showSettings();
    void showPlace();
    void nameAnchored(bool forBudget);
    void showThreshold();
    void showCosts();
    void showTokens(const CostFigures& costs);
    /// As tall as what is in it, where the column of docks has room.
    void fitHeight();
    bool isAboveOrBelow(const QDockWidget& other) const;

    MaskView& m_mask;
    const ExpectedCost& m_cost;
    Segmented* m_methods;
    MethodOptions* m_options;
    QDoubleSpinBox* m_tau;
    QLabel* m_levels;
    TauSlider* m_slider;
    QComboBox* m_metric;
    QCheckBox* m_anchored;
    QComboBox* m_place;
    QSpinBox* m_layer;
    std::map<std::string_view, OptionValue> m_remembered; ///< of methods that were chosen before
    Gauge* m_tokens;
    Gauge* m_flops;
    Gauge* m_firstToken;
};

} // namespace prunescope::ui
