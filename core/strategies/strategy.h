#pragma once

#include "core/blocks/pair_table.h"
#include "core/mask/keep_mask.h"
#include "core/mask/mask_settings.h"
#include "core/strategies/draws.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace prunescope {

/// When two blocks count as the same, and what a block is compared with.
struct Similarity {
    std::uint32_t bound = 0; ///< largest raw distance of "same"
    bool anchored = true;    ///< compare with what a decoder would have; else with the original neighbours
};

/// What a strategy decides from.
struct Selection {
    const PairTable& pairs; ///< filled as far as StrategyEntry::neighbours says
    Similarity similarity;
    const MaskSettings& settings;
    Draws& draws;

    const PixelBlocks& blocks() const { return pairs.blocks(); }
    const BlockGrid& grid() const { return pairs.blocks().grid(); }
};

/// Decides which blocks a model needs to see. Stateless; any thread. O(blocks) comparisons.
class PruneStrategy {
public:
    virtual ~PruneStrategy() = default;
    /// A mask on the picture's grid; a strategy that shows a smaller picture instead keeps all of that one's grid.
    virtual KeepMask select(const Selection& selection) const = 0;
};

struct StrategyEntry {
    std::string_view name;  ///< as on the command line
    std::string_view title; ///< short, for a button
    std::string_view help;  ///< one line for people
    PairTable::Neighbours neighbours = PairTable::Neighbours::None;
    std::shared_ptr<const PruneStrategy> strategy;
    bool usesThreshold = true;
    bool draws = false;      ///< the seed matters
    bool isBaseline = false; ///< at Pred-2D's budget, to compare with
    bool hasDecoder = false; ///< dropped blocks can be told from kept ones (pixelprune spec 3)
};

/// All strategies, in the order in which people see them.
std::span<const StrategyEntry> strategies();

/// Throws Error(Usage) that lists the names.
const StrategyEntry& findStrategy(std::string_view name);

/// Blocks that Pred-2D keeps: the budget of the baselines (pixelprune spec 5).
int budgetOf(const Selection& selection);

} // namespace prunescope
