#include "core/pruning/reference_random.h"

#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <unordered_set>
#include <utility>

namespace prunescope {

namespace {

/// Matsumoto and Nishimura's initialisation by an array of words, as a seed sequence of the standard library: it hands
/// the finished state over. The key is the seed's words, the lower one first.
class ArrayKey {
public:
    using result_type = std::uint32_t;

    explicit ArrayKey(std::uint64_t seed)
        : m_key{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
          m_length(m_key[1] != 0 ? 2 : 1) {}

    template <typename Iterator>
    void generate(Iterator begin, Iterator) const {
        constexpr std::uint32_t n = std::mt19937::state_size;
        std::array<std::uint32_t, n> state{};
        state[0] = 19650218;
        for (std::uint32_t i = 1; i < n; ++i)
            state[i] = 1812433253u * (state[i - 1] ^ state[i - 1] >> 30) + i;
        std::uint32_t at = 1, key = 0;
        const auto mix = [&](std::uint32_t factor) { state[at] ^= (state[at - 1] ^ state[at - 1] >> 30) * factor; };
        const auto next = [&] {
            if (++at >= n) {
                state[0] = state[n - 1];
                at = 1;
            }
        };
        for (std::uint32_t i = 0; i < n; ++i, key = (key + 1) % m_length, next()) {
            mix(1664525);
            state[at] += m_key[key] + key;
        }
        for (std::uint32_t i = 1; i < n; ++i, next()) {
            mix(1566083941);
            state[at] -= at;
        }
        state[0] = 0x80000000;
        for (const std::uint32_t word : state)
            *begin++ = word;
    }

private:
    std::array<std::uint32_t, 2> m_key;
    std::uint32_t m_length;
};

std::mt19937 seededByArray(std::uint64_t seed) {
    ArrayKey key(seed);
    return std::mt19937(key);
}

/// Whether drawing from a shrinking list beats drawing until a number is new (the reference's rule of thumb).
bool usesPool(int count, int size) {
    double limit = 21;
    if (size > 5)
        limit += std::pow(4.0, std::ceil(std::log(size * 3.0) / std::log(4.0)));
    return count <= limit;
}

} // namespace

ReferenceRandom::ReferenceRandom(std::uint64_t seed)
    : m_tensor(static_cast<std::uint32_t>(seed)), m_general(seededByArray(seed)) {}

std::vector<int> ReferenceRandom::permutation(int count) {
    std::vector<int> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = 0; i + 1 < order.size(); ++i)
        std::swap(order[i], order[i + m_tensor() % (order.size() - i)]);
    return order;
}

std::uint32_t ReferenceRandom::below(std::uint32_t count) {
    const int bits = std::bit_width(count);
    std::uint32_t value = 0;
    do
        value = m_general() >> (32 - bits);
    while (value >= count);
    return value;
}

std::vector<int> ReferenceRandom::sample(int count, int size) {
    std::vector<int> drawn;
    if (usesPool(count, size)) {
        std::vector<int> pool(static_cast<std::size_t>(count));
        std::iota(pool.begin(), pool.end(), 0);
        for (int i = 0; i < size; ++i) {
            int& place = pool[below(static_cast<std::uint32_t>(count - i))];
            drawn.push_back(std::exchange(place, pool[static_cast<std::size_t>(count - i - 1)]));
        }
        return drawn;
    }
    std::unordered_set<int> taken;
    while (drawn.size() < static_cast<std::size_t>(size)) {
        const int value = static_cast<int>(below(static_cast<std::uint32_t>(count)));
        if (taken.insert(value).second)
            drawn.push_back(value);
    }
    return drawn;
}

} // namespace prunescope
