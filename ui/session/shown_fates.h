#pragma once

#include "core/blocks/block_grid.h"
#include "core/pruning/prune_plan.h"
#include "model/values/prune_outcome.h"

#include <QString>
#include <memory>
#include <optional>
#include <vector>

namespace prunescope::ui {

class MaskView;
struct Turn;

/// Depth in a model, as a position of a slider: the encoder's input, its output, then what each language layer sees.
namespace depth {
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
} // namespace depth

/// Something that a plan does at one depth: a stage, or one step of a method that thins out in steps.
struct PruneStep {
    QString method; ///< its title
    Place place = Place::Input;
    int layer = 0;   ///< language layers that have run; 0 outside of them
    int ordinal = 0; ///< among the steps of its part of the model, as `StepLook` counts them
    int reached = 0; ///< tokens that came to it
    int left = 0;    ///< and that went on

    /// The first depth that lacks what this step drops.
    int depth() const;
    /// "before the encoder", "after the encoder", "before layer 2".
    QString where() const;
    /// "FastV before layer 2".
    QString title() const;
};

/// The part of the model that a step belongs to: `Place::Input`, `AfterEncoder` or `LanguageLayer`. A method of several
/// parts stands at one place and has steps at others.
Place partOf(Place place, int layer);
/// Numbers the steps of each part of the model, in order.
void numberSteps(std::vector<PruneStep>& steps);

/// Tokens of a picture at a depth, after the steps up to it; `all` where there are none.
int tokensAt(const std::vector<PruneStep>& steps, int depth, int all);

/// Fate of every block of the picture that is shown, from the answer about it: at which step it was dropped and why.
/// Never changes; any thread.
class ShownFates {
public:
    /// Those of `turn`, where what it says still holds: the same plan for the same part of the image. Else null.
    static std::shared_ptr<const ShownFates> of(const Turn* turn, const MaskView& mask);

    const std::vector<PruneStep>& steps() const { return m_steps; }
    int blocks() const { return static_cast<int>(m_blocks.size()); }
    int languageLayers() const { return m_languageLayers; }
    int lastDepth() const { return depth::count(m_languageLayers) - 1; }
    /// Index of the step that had dropped the block by then; nothing: it is still there.
    std::optional<int> droppedBy(int block, int depth) const;
    /// Tokens of the picture at a depth; methods that merge make tokens of their own.
    int tokensAt(int depth) const { return ui::tokensAt(m_steps, depth, blocks()); }
    /// Block that this one was predicted from or merged into; nothing when there is none.
    std::optional<int> relatedTo(int block) const;
    /// The block, and what became of it, in one or two lines: "Block 77 · row 1, column 17", "score 0.013, rank 412 of
    /// 640 (FastV before layer 2)". Empty when nothing is known of it.
    QString textOf(int block, int depth) const;

private:
    ShownFates(const PrunePlan& plan, const model::PruneOutcome& outcome, const BlockGrid& grid);
    const model::BlockFate& fate(int block) const { return m_blocks[static_cast<std::size_t>(block)]; }
    const PruneStep* step(int index) const;
    QString whyDropped(int block) const;
    QString nameOf(int block) const;
    QString scoreOf(int block) const;

    std::vector<PruneStep> m_steps;
    std::vector<model::BlockFate> m_blocks;
    BlockGrid m_grid;
    int m_languageLayers = 0;
};

} // namespace prunescope::ui
