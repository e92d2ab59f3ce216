// A pruning method as somebody would add it: this file, its line in the list, its line in CMake.
#include "core/pruning/pixel_options.h"

namespace prunescope {

namespace {

constexpr OptionKey<std::uint64_t> kStep{"step"};
constexpr OptionKey<bool> kFromEnd{"from-end"};

/// Every so manieth block, whatever it looks like.
class EveryNth final : public PixelMethod {
public:
    PairTable::Neighbours neighbours() const override { return PairTable::Neighbours::None; }
    KeepMask select(const Selection& selection) const override {
        const int step = static_cast<int>(selection.settings.value(kStep));
        const bool fromEnd = selection.settings.value(kFromEnd);
        KeepMask mask(selection.grid());
        for (int i = 0; i < mask.count(); i += step)
            mask.keep(fromEnd ? mask.count() - 1 - i : i);
        return mask;
    }
};

std::vector<OptionSpec> options() {
    std::vector<OptionSpec> options = pixelOptions({.threshold = false, .budget = BudgetUse::None});
    OptionSpec step;
    step.name = kStep.name;
    step.kind = OptionKind::Whole;
    step.title = "Step";
    step.help = "keep a block of so many";
    step.valueName = "N";
    step.standard = std::uint64_t{4};
    step.least = 1;
    step.most = 64;
    OptionSpec fromEnd;
    fromEnd.name = kFromEnd.name;
    fromEnd.title = "From the end";
    fromEnd.help = "count from the last block";
    fromEnd.standard = false;
    options.push_back(step);
    options.push_back(fromEnd);
    return options;
}

} // namespace

MethodEntry everyNthEntry() {
    MethodEntry entry;
    entry.name = "every_nth";
    entry.title = "Every n-th";
    entry.help = "Keep blocks at even distances";
    entry.places = kPixelPlaces;
    entry.options = options();
    entry.pixels = std::make_shared<EveryNth>();
    return entry;
}

} // namespace prunescope
