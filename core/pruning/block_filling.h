#pragma once

#include "core/blocks/keep_mask.h"

#include <cstdint>
#include <vector>

namespace prunescope {

/// Adds blocks to a mask until a budget is spent, by their errors (uniprune-2026 spec 7.1 and 7.3). Deterministic: of
/// equal errors the smaller index comes first.
class BlockFilling {
public:
    /// `errors`: one a block, 0 where nothing would be gained.
    BlockFilling(KeepMask mask, std::vector<std::uint32_t> errors, int tokens);

    /// Rounds over a grid of `rows` x `cols` cells: a cell that holds fewer than `each` blocks gets its worst ones.
    void cover(int rows, int cols, int each);
    /// The blocks with the largest errors above 0.
    void takeWorst();
    /// Takes blocks of what is left, at even distances in index order.
    void takeEvenly();

    const KeepMask& mask() const { return m_mask; }
    /// Cells that the budget did not reach.
    int uncovered() const { return m_uncovered; }
    /// The largest error of a block that is not kept.
    std::uint32_t largestLeft() const;

private:
    int room() const { return m_tokens - m_kept; }
    std::uint32_t error(int i) const { return m_errors[static_cast<std::size_t>(i)]; }
    /// Takes as many of `blocks`, worst first, as there is room for; how many.
    int takeFirst(std::vector<int> blocks);
    void take(int block);
    std::vector<int> left() const;

    KeepMask m_mask;
    std::vector<std::uint32_t> m_errors;
    int m_tokens;
    int m_kept;
    int m_uncovered = 0;
};

} // namespace prunescope
