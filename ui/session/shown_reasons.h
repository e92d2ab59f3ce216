#pragma once

#include "core/pruning/decoder.h"
#include "ui/session/prune_step.h"
#include "ui/session/shown_mask.h"

#include <QString>
#include <memory>
#include <optional>

namespace prunescope::ui {

/// Reasons why the mask that is shown keeps or drops each block: what predicts it and how far it is from that. Never
/// changes; any thread.
class ShownReasons {
public:
    /// `mask` is on `blocks`, or shows a smaller picture instead; `plan` is what it was made for.
    ShownReasons(const ShownMask& mask, const PixelBlocks& blocks, const PrunePlan& plan);

    /// Whether these are the reasons for that mask.
    bool areOf(const ShownMask& mask) const { return mask == m_mask; }
    /// The plan's stage that looks at pixels.
    int stage() const { return m_step.stage; }
    /// The block whose pixels stand for a dropped one; nothing for a kept one, or where no rule says it.
    std::optional<int> sourceOf(int block) const;
    /// The block, what became of it and why, in three lines: "Block 77 · row 1, column 17", "Dropped by Pred-2D before
    /// the encoder: predicted by its left neighbour, which shows block 70", "distance 0.0039, τ 0.02 (max)". Empty for
    /// no block.
    QString textOf(int block) const;

private:
    const BlockReason* reason(int block) const;
    QString verdict(int block) const;
    QString whyKept(int block) const;
    QString expected(int block) const;
    QString distances(int block) const;
    QString unitText(std::uint32_t raw) const;

    ShownMask m_mask;
    PruneStep m_step;
    MaskReasons m_reasons;
};

} // namespace prunescope::ui
