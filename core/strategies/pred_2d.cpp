#include "core/strategies/strategy.h"

#include <numeric>
#include <vector>

namespace prunescope {

namespace {

/// Predicts a block from its left (A), upper (B) and upper left (C) neighbours, as LOCO-I does for pixels, and drops it
/// when the prediction is right (pixelprune spec 2.3).
class Pred2D final : public PruneStrategy {
public:
    KeepMask select(const PixelBlocks& blocks, const Similarity& similarity) const override {
        const BlockGrid grid = blocks.grid();
        KeepMask mask(grid);
        // shown[i]: the block whose pixels stand at place i for the neighbours to come. Anchored: what a decoder would
        // have there, so a dropped block shows its prediction. Sliding: always the original.
        std::vector<int> shown(static_cast<std::size_t>(grid.count()));
        std::iota(shown.begin(), shown.end(), 0);
        for (int i = 0; i < grid.count(); ++i) {
            const int predicted = prediction(blocks, similarity, shown, i);
            if (predicted < 0 || !similarity.same(blocks, i, predicted))
                mask.keep(i);
            else if (similarity.anchored)
                shown[static_cast<std::size_t>(i)] = predicted;
        }
        return mask;
    }

private:
    /// The block expected at place `i`; -1 for the first one.
    static int prediction(const PixelBlocks& blocks, const Similarity& similarity, const std::vector<int>& shown,
                          int i) {
        const int cols = blocks.grid().cols;
        const auto at = [&](int place) { return shown[static_cast<std::size_t>(place)]; };
        if (i == 0)
            return -1;
        if (i < cols)
            return at(i - 1);
        if (i % cols == 0)
            return at(i - cols);
        const int left = at(i - 1), up = at(i - cols), corner = at(i - cols - 1);
        const bool followsUp = similarity.same(blocks, corner, left) && !similarity.same(blocks, corner, up);
        return followsUp ? up : left;
    }
};

} // namespace

StrategyEntry pred2DStrategy() {
    return {"pred_2d", "Pred-2D", "Drop blocks that their left, upper and upper left neighbours predict", true,
            std::make_shared<Pred2D>()};
}

} // namespace prunescope
