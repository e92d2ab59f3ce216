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
        const Size size = selection.grid().size();
        const double share = static_cast<double>(budgetOf(selection)) / selection.grid().count();
        return KeepMask::all({blocksAcross(size.height, share), blocksAcross(size.width, share)});
    }

private:
    /// The model's rounding, half to even; its limits can't be met here, the first being a single block.
    static int blocksAcross(int sidePx, double areaShare) {
        const int scaled = std::max(kBlockPx, static_cast<int>(sidePx * std::sqrt(areaShare)));
        return static_cast<int>(std::nearbyint(scaled / static_cast<double>(kBlockPx)));
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
