#pragma once

#include "core/report/plan_cost.h"

#include <QString>
#include <vector>

namespace prunescope::ui {

/// Depth in a model, as a position of a slider: the encoder's input, its output, then what each language layer sees.
namespace depths {
inline constexpr int kInput = 0;
inline constexpr int kEncoded = 1;
/// What language layer `layer` sees, counted from 0.
inline constexpr int ofLayer(int layer) {
    return kEncoded + 1 + layer;
}
/// Number of depths of a model with so many language layers.
inline constexpr int count(int languageLayers) {
    return ofLayer(languageLayers);
}
/// "Input", "After the encoder", "Layer 2 of 28".
QString title(int depth, int languageLayers);
} // namespace depths

/// Something that a plan does at one depth: a stage, or one step of a method that thins out in steps.
struct PruneStep {
    int stage = 0;  ///< index in the plan
    QString method; ///< its title
    Place place = Place::Input;
    int layer = 0;        ///< language layers that have run; 0 outside of them
    int ordinal = 0;      ///< among the steps of its part of the model, as `StepLook` counts them
    int reached = 0;      ///< tokens that come to it
    int left = 0;         ///< and that go on
    bool isAbout = false; ///< `left` is what to expect: the method decides by what it sees

    /// The first depth that lacks what this step drops.
    int depth() const;
    /// "before the encoder", "after the encoder", "before layer 2".
    QString where() const;
    /// "FastV before layer 2".
    QString title() const;
};

/// The plan's step that looks at pixels, without counts.
PruneStep pixelStep(const PrunePlan& plan);

/// The part of the model that a step belongs to: `Place::Input`, `AfterEncoder` or `LanguageLayer`. A method of several
/// parts stands at one place and has steps at others.
Place partOf(Place place, int layer);

/// The steps of `plan` with the tokens of all pictures of the prompt.
std::vector<PruneStep> stepsOf(const PrunePlan& plan, const std::vector<StageCounts>& counts);

/// Tokens at a depth, after the steps up to it; `all` where there are none.
int tokensAt(const std::vector<PruneStep>& steps, int depth, int all);

} // namespace prunescope::ui
