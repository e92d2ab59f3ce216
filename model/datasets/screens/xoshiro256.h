#pragma once

#include <array>
#include <cstdint>
#include <ranges>

namespace prunescope::model {

/// Random whole numbers by xoshiro256++, seeded by splitmix64: the same for a seed on every machine and with every
/// library. Draw once an expression: the order within one is the compiler's.
class Xoshiro256 {
public:
    explicit Xoshiro256(std::uint64_t seed);

    /// Uniform in 0 .. count-1; `count` is 1 or more.
    int below(int count);
    /// Uniform in low .. high.
    int between(int low, int high);
    /// True with this probability, in steps of 1 / 2^20.
    bool chance(double share);
    /// A random one of `items`, which are one or more; a reference into them.
    template <std::ranges::contiguous_range Items>
    const auto& pick(const Items& items) {
        return std::ranges::data(items)[below(static_cast<int>(std::ranges::size(items)))];
    }

private:
    std::uint64_t next();

    std::array<std::uint64_t, 4> m_state;
};

} // namespace prunescope::model
