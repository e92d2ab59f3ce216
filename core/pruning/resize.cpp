#include "core/pruning/pixel_budget.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <tuple>

namespace prunescope {

namespace {

/// A picture of about as many blocks as Pred-2D keeps, all of them kept (pixelprune spec 5.3).
class SmallerPicture final : public PixelMethod {
public:
    KeepMask select(const Selection& selection) const override {
        const BlockGrid& grid = selection.grid();
        if (const auto keep = selection.settings.find(kKeep))
            return KeepMask::all(finestGrid(grid, keep->tokensOf(grid.count())));
        const Size size = grid.size();
        const int blockPx = grid.geometry.blockPx();
        const double share = static_cast<double>(budgetOf(selection)) / grid.count();
        return KeepMask::all(
            {blocksAcross(size.height, share, blockPx), blocksAcross(size.width, share, blockPx), grid.geometry});
    }

private:
    /// Of all grids of at most `tokens` blocks the one with the finest coarser axis; then the most blocks, the truest
    /// shape, the fewest rows (uniprune-2026 spec 6).
    static BlockGrid finestGrid(BlockGrid full, int tokens) {
        const auto rank = [&](BlockGrid grid) {
            const std::int64_t down = std::int64_t{grid.rows} * full.cols, across = std::int64_t{grid.cols} * full.rows;
            return std::tuple(std::min(down, across), grid.count(), -std::abs(down - across), -grid.rows);
        };
        BlockGrid best{1, std::min(full.cols, tokens), full.geometry};
        for (int rows = 2; rows <= std::min(full.rows, tokens); ++rows)
            if (const BlockGrid grid{rows, std::min(full.cols, tokens / rows), full.geometry}; rank(grid) > rank(best))
                best = grid;
        return best;
    }

    /// The model's rounding, half to even; its limits can't be met here, the first being a single block.
    static int blocksAcross(int sidePx, double areaShare, int blockPx) {
        const int scaled = std::max(blockPx, static_cast<int>(sidePx * std::sqrt(areaShare)));
        return static_cast<int>(std::nearbyint(scaled / static_cast<double>(blockPx)));
    }
};

} // namespace

MethodEntry resizeEntry() {
    MethodEntry entry;
    entry.name = "resize";
    entry.title = "Resize";
    entry.help = "Baseline: a smaller picture of about as many blocks as Pred-2D keeps";
    entry.places = {Place::Input}; // later the picture has its size already
    entry.options = pixelOptions({.budget = BudgetUse::Count});
    entry.showsSmallerPicture = true;
    entry.pixels = std::make_shared<SmallerPicture>();
    entry.isBaseline = true;
    return entry;
}

} // namespace prunescope
