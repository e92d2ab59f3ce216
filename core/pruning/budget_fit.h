#pragma once

#include "core/blocks/keep_mask.h"

#include <cstdint>

namespace prunescope {

/// Outcome of a token budget of an image (uniprune-2026 spec 7).
struct BudgetFit {
    int tokens = 0;              ///< K: as many blocks were allowed
    std::uint32_t threshold = 0; ///< T: largest raw distance of "same" among the blocks of `core`
    std::uint32_t bound = 0;     ///< largest raw distance of a dropped block to what a decoder shows, or is predicted
    /// The blocks that predict others; the rest of the mask was kept besides. A decoder has to know them. Empty grid:
    /// they are not told apart, and no error is bounded.
    KeepMask core;
    int uncovered = 0; ///< cells of the coverage that got fewer blocks than they should

    bool isBounded() const { return core.count() > 0; }
    bool operator==(const BudgetFit&) const = default;
};

} // namespace prunescope
