#include "core/base/error.h"
#include "core/base/text.h"
#include "core/strategies/strategy.h"

#include <array>

namespace prunescope {

StrategyEntry keepAllStrategy();
StrategyEntry rasterStrategy();
StrategyEntry serpentineStrategy();
StrategyEntry pred2DStrategy();

std::span<const StrategyEntry> strategies() {
    static const std::array list{keepAllStrategy(), rasterStrategy(), serpentineStrategy(), pred2DStrategy()};
    return list;
}

const StrategyEntry& findStrategy(std::string_view name) {
    std::vector<std::string> names;
    for (const StrategyEntry& entry : strategies()) {
        if (entry.name == name)
            return entry;
        names.emplace_back(entry.name);
    }
    for (const std::string_view known : {"random", "conncomp", "resize"})
        if (name == known)
            throw Error(ErrorKind::Unsupported, "strategy '" + std::string(name) +
                                                    "' is not part of this build, expected one of " + join(names));
    throw Error(ErrorKind::Usage, "strategy '" + std::string(name) + "' is unknown, expected one of " + join(names));
}

} // namespace prunescope
