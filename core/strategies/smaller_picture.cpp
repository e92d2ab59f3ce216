#include "core/image/resize.h"
#include "core/strategies/strategy.h"

#include <algorithm>
#include <cmath>

namespace prunescope {

namespace {

/// A picture of about as many blocks as Pred-2D keeps, all of them kept (pixelprune spec 5.3).
class SmallerPicture final : public PruneStrategy {
public:
    KeepMask select(const Selection& selection) const override {
        const Size size = selection.grid().size();
        const double share = static_cast<double>(budgetOf(selection)) / selection.grid().count();
        const Size smaller{scaled(size.width, share), scaled(size.height, share)};
        return KeepMask::all(BlockGrid::of(modelSize(smaller, {kBlockPx * kBlockPx, size.area()})));
    }

private:
    static int scaled(int sidePx, double areaShare) {
        return std::max(kBlockPx, static_cast<int>(sidePx * std::sqrt(areaShare)));
    }
};

} // namespace

StrategyEntry resizeStrategy() {
    StrategyEntry entry;
    entry.name = "resize";
    entry.title = "Resize";
    entry.help = "Baseline: a smaller picture of about as many blocks as Pred-2D keeps";
    entry.neighbours = PairTable::Neighbours::BeforeAndUp;
    entry.strategy = std::make_shared<SmallerPicture>();
    entry.isBaseline = true;
    return entry;
}

} // namespace prunescope
