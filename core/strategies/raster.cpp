#include "core/strategies/scan.h"

namespace prunescope {

namespace {

/// Row by row; the row end is not special.
class Raster final : public PruneStrategy {
public:
    KeepMask select(const Selection& selection) const override {
        return dropRuns(
            selection, [](int i) { return i; }, [&](int i) { return selection.pairs.before(i); });
    }
};

} // namespace

StrategyEntry rasterStrategy() {
    StrategyEntry entry;
    entry.name = "raster";
    entry.title = "Raster";
    entry.help = "Drop runs of equal blocks, row by row";
    entry.neighbours = PairTable::Neighbours::Before;
    entry.strategy = std::make_shared<Raster>();
    entry.hasDecoder = true;
    return entry;
}

} // namespace prunescope
