#include "core/pruning/pixel_budget.h"
#include "core/pruning/pixel_options.h"

#include <algorithm>
#include <cmath>

namespace prunescope {

namespace {

/// A picture of about as many blocks as Pred-2D keeps, all of them kept (pixelprune spec 5.3).
class SmallerPicture final : public PixelMethod {
public:
    KeepMask select(const Selection& selection) const override {
        const BlockGrid& grid = selection.grid();
        const Size size = grid.size();
        const int blockPx = grid.geometry.blockPx();
        const double share = static_cast<double>(budgetOf(selection)) / grid.count();
        return KeepMask::all(
            {blocksAcross(size.height, share, blockPx), blocksAcross(size.width, share, blockPx), grid.geometry});
    }

private:
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
    entry.options = pixelOptions();
    entry.showsSmallerPicture = true;
    entry.pixels = std::make_shared<SmallerPicture>();
    entry.isBaseline = true;
    return entry;
}

} // namespace prunescope
