#pragma once

#include "core/pruning/pixel_options.h"
#include "core/pruning/prune_plan.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace prunescope::test {

/// A pixel method with its common options.
inline MethodSettings settingsOf(std::string_view method, double tau = 0, bool anchored = true,
                                 std::string_view metric = "max", std::uint64_t seed = 42) {
    return MethodSettings(method)
        .set(kTau, tau)
        .set(kMetric, std::string(metric))
        .set(kAnchored, anchored)
        .set(kSeed, seed);
}

/// Some value of an option.
template <typename Random>
OptionValue anyValue(const OptionSpec& spec, Random& random) {
    const double share = static_cast<double>(random() % 1001) / 1000;
    switch (spec.kind) {
    case OptionKind::Flag:
        return random() % 2 == 0;
    case OptionKind::Real:
        return spec.least + share * (spec.most - spec.least);
    case OptionKind::Whole:
        return static_cast<std::uint64_t>(spec.least) +
               std::uint64_t{random() % static_cast<std::uint64_t>(std::min(spec.most - spec.least + 1, 100'000.0))};
    case OptionKind::Choice:
        return std::string(spec.choices[random() % spec.choices.size()]);
    case OptionKind::Budget:
        return spec.shareOnly || random() % 2 == 0 ? TokenBudget::share(1 + static_cast<std::int64_t>(random() % 9), 9)
                                                   : TokenBudget::count(2 + static_cast<std::int64_t>(random() % 50));
    case OptionKind::Numbers:
        return std::vector<int>(spec.count, static_cast<int>(spec.least) + static_cast<int>(random() % 4));
    }
    return false;
}

/// "pred_2d,tau=0.02" and the like, for messages.
inline std::string named(const MethodSettings& settings) {
    return toText(PrunePlan::of(settings));
}

} // namespace prunescope::test
