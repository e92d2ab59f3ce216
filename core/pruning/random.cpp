#include "core/pruning/pixel_budget.h"
#include "core/pruning/pixel_options.h"

namespace prunescope {

namespace {

/// As many blocks as Pred-2D keeps, drawn from all (pixelprune spec 5.1). Even the first block may go.
class RandomKeep final : public PixelMethod {
public:
    KeepMask select(const Selection& selection) const override {
        const int budget = budgetOf(selection);
        KeepMask mask(selection.grid());
        if (budget >= mask.count())
            return KeepMask::all(selection.grid()); // draws nothing: the next picture's blocks depend on that
        const std::vector<int> order = selection.draws.permutation(mask.count());
        for (int i = 0; i < budget; ++i)
            mask.keep(order[static_cast<std::size_t>(i)]);
        return mask;
    }
};

} // namespace

MethodEntry randomEntry() {
    MethodEntry entry;
    entry.name = "random";
    entry.title = "Random";
    entry.help = "Baseline: as many blocks as Pred-2D keeps, drawn at random";
    entry.places = kPixelPlaces;
    entry.options = pixelOptions({.draws = true});
    entry.pixels = std::make_shared<RandomKeep>();
    entry.isBaseline = true;
    return entry;
}

} // namespace prunescope
