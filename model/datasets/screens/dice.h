#pragma once

#include <array>
#include <cstdint>
#include <ranges>

namespace prunescope::model {

/// Random whole numbers that are the same for a seed on every machine and with every library: xoshiro256++, seeded by
/// splitmix64. Draw once an expression: the order within one is the compiler's.
class Dice {
public:
    explicit Dice(std::uint64_t seed);

    /// Uniform in 0 .. count-1; `count` is 1 or more.
    int below(int count);
    /// Uniform in low .. high.
    int between(int low, int high);
    /// True with this probability, in steps of 1 / 2^20.
    bool chance(double share);
    /// One of them; a reference into `items`, which are one or more.
    template <std::ranges::contiguous_range Items>
    const auto& pick(const Items& items) {
        return std::ranges::data(items)[below(static_cast<int>(std::ranges::size(items)))];
    }

private:
    std::uint64_t next();

    std::array<std::uint64_t, 4> m_state;
};

} // namespace prunescope::model
