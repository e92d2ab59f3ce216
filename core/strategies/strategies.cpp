#include "core/base/error.h"
#include "core/base/text.h"
#include "core/strategies/strategy.h"

#include <array>

namespace prunescope {

StrategyEntry keepAllStrategy();
StrategyEntry rasterStrategy();
StrategyEntry serpentineStrategy();
StrategyEntry pred2DStrategy();
StrategyEntry randomStrategy();
StrategyEntry connCompStrategy();
StrategyEntry resizeStrategy();

std::span<const StrategyEntry> strategies() {
    static const std::array list{keepAllStrategy(), rasterStrategy(),   serpentineStrategy(), pred2DStrategy(),
                                 randomStrategy(),  connCompStrategy(), resizeStrategy()};
    return list;
}

const StrategyEntry& findStrategy(std::string_view name) {
    std::vector<std::string> names;
    for (const StrategyEntry& entry : strategies()) {
        if (entry.name == name)
            return entry;
        names.emplace_back(entry.name);
    }
    throw Error(ErrorKind::Usage, "strategy '" + std::string(name) + "' is unknown, expected one of " + join(names));
}

int budgetOf(const Selection& selection) {
    return findStrategy("pred_2d").strategy->select(selection).keptCount();
}

} // namespace prunescope
