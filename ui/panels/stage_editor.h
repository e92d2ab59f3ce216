#pragma once

#include "core/pruning/prune_plan.h"
#include "ui/widgets/budget_gauge.h"

#include <QWidget>
#include <map>
#include <optional>
#include <vector>

class QComboBox;
class QLabel;
class QSpinBox;
class QVBoxLayout;

namespace prunescope::ui {

class MethodOptions;

/// The stage as it starts when somebody chooses `entry` at a place that chooses among tokens: with a budget where it
/// can't be without. Nothing where the method does not choose among tokens there.
std::optional<PruneStage> startingStage(const MethodEntry& entry, Place place);

/// Editor of one stage of a plan that chooses among tokens: its method or none, its layer, its options and what it
/// leaves. One line while there is none.
class StageEditor : public QWidget {
    Q_OBJECT

public:
    /// `place`: after the encoder or inside the language model.
    explicit StageEditor(Place place, QWidget* parent = nullptr);

    Place place() const { return m_place; }
    /// The stage that is shown; nothing: none.
    void setStage(const std::optional<PruneStage>& stage);
    const std::optional<PruneStage>& stage() const { return m_stage; }
    /// What each of its steps leaves.
    void setFigures(const std::vector<TokenFigures>& figures);
    /// Where a method begins that is left to choose, for the tip; empty: not known.
    void setOwnLayers(const QString& layers);

Q_SIGNALS:
    /// Emitted when the user changes the stage; nothing: there is to be none.
    void changed(const std::optional<prunescope::PruneStage>& stage);

private:
    void addMethods();
    QSpinBox* makeLayer();
    void chooseMethod();
    void changeLayer(int layer);
    void changeSettings(const MethodSettings& settings);
    MethodOptions* optionsOf(const MethodEntry& entry);
    void showMethod();

    Place m_place;
    std::optional<PruneStage> m_stage;
    std::optional<MethodSettings> m_last; ///< of the stage that was there before "none"
    QComboBox* m_methods;
    QWidget* m_details;
    QVBoxLayout* m_detailsLayout;
    QSpinBox* m_layer = nullptr;                            ///< inside the language model
    std::map<const MethodEntry*, MethodOptions*> m_options; ///< made when a method is first shown
    std::vector<BudgetGauge*> m_gauges;
};

} // namespace prunescope::ui
