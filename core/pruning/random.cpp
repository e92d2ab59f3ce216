#include "core/pruning/pixel_budget.h"
#include "core/pruning/token_options.h"

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

/// Inside the language model no pixels are left that Pred-2D could count.
std::string_view flawOf(const MethodSettings& settings, Place place) {
    return place == Place::LanguageLayer && !hasTokenBudget(settings) ? "found without keep, expected keep=" : "";
}

} // namespace

MethodEntry randomEntry() {
    MethodEntry entry;
    entry.name = "random";
    entry.title = "Random";
    entry.help = "Baseline: drawn at random, as many as keep says, else as Pred-2D keeps";
    entry.places = kPixelPlaces;
    entry.places.push_back(Place::LanguageLayer);
    entry.options = pixelOptions({.draws = true, .budget = BudgetUse::Count});
    entry.options.push_back(ofOption());
    entry.layers = [](int) { return std::vector{2}; };
    entry.flaw = flawOf;
    entry.pixels = std::make_shared<RandomKeep>();
    entry.isBaseline = true;
    return entry;
}

} // namespace prunescope
