#include "core/strategies/strategy.h"

namespace prunescope {

namespace {

/// As many blocks as Pred-2D keeps, drawn from all (pixelprune spec 5.1). Even the first block may go.
class RandomKeep final : public PruneStrategy {
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

StrategyEntry randomStrategy() {
    StrategyEntry entry;
    entry.name = "random";
    entry.title = "Random";
    entry.help = "Baseline: as many blocks as Pred-2D keeps, drawn at random";
    entry.neighbours = PairTable::Neighbours::BeforeAndUp;
    entry.strategy = std::make_shared<RandomKeep>();
    entry.draws = true;
    entry.isBaseline = true;
    return entry;
}

} // namespace prunescope
