#include "core/strategies/scan.h"

namespace prunescope {

namespace {

/// Rows from left to right; the end of a row is not special.
class Raster final : public PruneStrategy {
public:
    KeepMask select(const PixelBlocks& blocks, const Similarity& similarity) const override {
        return dropRuns(blocks, similarity, [](int i) { return i; });
    }
};

} // namespace

StrategyEntry rasterStrategy() {
    return {"raster", "Raster", "Drop runs of equal blocks, row by row", true, std::make_shared<Raster>()};
}

} // namespace prunescope
