#include "core/strategies/strategy.h"

namespace prunescope {

namespace {

class KeepAll final : public PruneStrategy {
public:
    KeepMask select(const PixelBlocks& blocks, const Similarity&) const override {
        return KeepMask::all(blocks.grid());
    }
};

} // namespace

StrategyEntry keepAllStrategy() {
    return {"keep_all", "Full", "Keep every block: no pruning", false, std::make_shared<KeepAll>()};
}

} // namespace prunescope
