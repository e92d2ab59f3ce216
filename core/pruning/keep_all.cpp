#include "core/pruning/decoder.h"
#include "core/pruning/pixel_options.h"

namespace prunescope {

namespace {

class KeepAll final : public PixelMethod {
public:
    PairTable::Neighbours neighbours() const override { return PairTable::Neighbours::None; }
    KeepMask select(const Selection& selection) const override { return KeepMask::all(selection.grid()); }
};

} // namespace

MethodEntry keepAllEntry() {
    MethodEntry entry;
    entry.name = "keep_all";
    entry.title = "Full";
    entry.help = "Keep every block: no pruning";
    entry.places = kPixelPlaces;
    entry.needs = MethodNeeds::Nothing;
    entry.options = pixelOptions({.threshold = false, .budget = BudgetUse::None});
    entry.pixels = std::make_shared<KeepAll>();
    entry.decode = [](BlockDecoder& decoder) { decoder.showKept(); };
    entry.kernel = CudaMethod::KeepAll;
    return entry;
}

} // namespace prunescope
