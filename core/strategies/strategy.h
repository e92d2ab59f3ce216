#pragma once

#include "core/blocks/pixel_blocks.h"
#include "core/mask/keep_mask.h"
#include "core/metrics/metric.h"

#include <memory>
#include <span>
#include <string_view>

namespace prunescope {

/// When two blocks count as the same, and what a block is compared with.
struct Similarity {
    const MetricEntry* metric = nullptr;
    std::uint32_t bound = 0;
    bool anchored = true; ///< compare with what a decoder would have; else with the original neighbours

    bool same(const PixelBlocks& blocks, int a, int b) const {
        return a == b || metric->within(blocks.block(a), blocks.block(b), blocks.strideBytes(), bound);
    }
};

/// Decides which blocks a model needs to see. Stateless; any thread.
class PruneStrategy {
public:
    virtual ~PruneStrategy() = default;
    /// Block 0 is always kept. O(blocks) comparisons.
    virtual KeepMask select(const PixelBlocks& blocks, const Similarity& similarity) const = 0;
};

struct StrategyEntry {
    std::string_view name;  ///< as on the command line
    std::string_view title; ///< short, for a button
    std::string_view help;  ///< one line for people
    bool usesThreshold = true;
    std::shared_ptr<const PruneStrategy> strategy;
};

/// All strategies, in the order in which people see them.
std::span<const StrategyEntry> strategies();

/// Throws Error(Usage) that lists the names; Error(Unsupported) for one that is known but not in this build.
const StrategyEntry& findStrategy(std::string_view name);

} // namespace prunescope
