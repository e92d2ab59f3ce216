#pragma once

#include "ui/canvas/live_scene.h"
#include "ui/widgets/flow_bar.h"

#include <vector>

class QLabel;

namespace prunescope::ui {

class ExpectedCost;
class FlowLayout;
class LayerSlider;
struct DepthColumn;
class MaskView;

/// Bar under the picture for plans with stages inside the model: how many tokens are left at each depth, a slider for
/// the depth that the picture shows, and which look is which step's. Before an answer the numbers are those that the
/// plan expects, and the slider rests. Hidden for plans that look at pixels alone.
class LayerBar : public FlowBar {
    Q_OBJECT

public:
    /// All outlive this.
    LayerBar(LiveScene& scene, const MaskView& mask, const ExpectedCost& cost, QWidget* parent = nullptr);

private:
    void refresh();
    void showColumns();
    DepthColumn columnAt(int depth) const;
    void showDepth();
    void showLegend();
    void addToLegend(const PruneStep& step);
    void addHint();
    int shownDepth() const;

    LiveScene& m_scene;
    const MaskView& m_mask;
    const ExpectedCost& m_cost;
    std::vector<PruneStep> m_steps;
    int m_languageLayers = 0;
    int m_all = 0;     ///< blocks of the picture
    int m_entered = 0; ///< of the grid that the mask lies on
    LayerSlider* m_slider;
    QLabel* m_depth;
    QLabel* m_tokens;
    FlowLayout* m_legend;
    QString m_legendText; ///< of what is in the legend now
};

} // namespace prunescope::ui
