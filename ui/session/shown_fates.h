#pragma once

#include "core/blocks/block_grid.h"
#include "model/values/prune_outcome.h"
#include "ui/session/prune_step.h"

#include <QString>
#include <memory>
#include <optional>
#include <vector>

namespace prunescope::ui {

class MaskView;
struct Turn;

/// Fate of every block of the picture that is shown, from the answer about it: at which step it was dropped and why.
/// Never changes; any thread.
class ShownFates {
public:
    /// Those of `turn`, where what it says still holds: the same plan for the same part of the image. Else null.
    static std::shared_ptr<const ShownFates> of(const Turn* turn, const MaskView& mask);

    const std::vector<PruneStep>& steps() const { return m_steps; }
    int blocks() const { return static_cast<int>(m_blocks.size()); }
    int languageLayers() const { return m_languageLayers; }
    int lastDepth() const { return depths::count(m_languageLayers) - 1; }
    /// Index of the step that had dropped the block by then; nothing: it is still there.
    std::optional<int> droppedBy(int block, int depth) const;
    /// Tokens of the picture at a depth; methods that merge make tokens of their own.
    int tokensAt(int depth) const { return ui::tokensAt(m_steps, depth, blocks()); }
    /// The plan's stage that drops the block, sooner or later; -1: none does.
    int stageOf(int block) const;
    /// Whether a stage that gives scores has seen the block.
    bool isScored(int block) const { return step(fate(block).scoredBy) != nullptr; }
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
    QString scoreOf(int block) const;

    std::vector<PruneStep> m_steps;
    std::vector<model::BlockFate> m_blocks;
    BlockGrid m_grid;
    int m_languageLayers = 0;
};

} // namespace prunescope::ui
