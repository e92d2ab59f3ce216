#include "core/strategies/scan.h"

namespace prunescope {

namespace {

/// Even rows from left to right, odd rows back, so that the scan never jumps (pixelprune spec 2.2).
class Serpentine final : public PruneStrategy {
public:
    KeepMask select(const PixelBlocks& blocks, const Similarity& similarity) const override {
        const BlockGrid grid = blocks.grid();
        return dropRuns(blocks, similarity, [grid](int i) {
            const int row = grid.row(i);
            return row % 2 == 0 ? i : grid.index(row, grid.cols - 1 - grid.col(i));
        });
    }
};

} // namespace

StrategyEntry serpentineStrategy() {
    return {"serpentine", "Serpentine", "Drop runs of equal blocks, to and fro", true, std::make_shared<Serpentine>()};
}

} // namespace prunescope
