#include "core/strategies/strategy.h"

namespace prunescope {

namespace {

class KeepAll final : public PruneStrategy {
public:
    KeepMask select(const Selection& selection) const override { return KeepMask::all(selection.grid()); }
};

} // namespace

StrategyEntry keepAllStrategy() {
    StrategyEntry entry;
    entry.name = "keep_all";
    entry.title = "Full";
    entry.help = "Keep every block: no pruning";
    entry.strategy = std::make_shared<KeepAll>();
    entry.usesThreshold = false;
    entry.hasDecoder = true;
    return entry;
}

} // namespace prunescope
