#include "model/datasets/screens/xoshiro256.h"

#include <bit>

namespace prunescope::model {

namespace {

std::uint64_t splitMix(std::uint64_t& state) {
    state += 0x9e3779b97f4a7c15u;
    std::uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

} // namespace

Xoshiro256::Xoshiro256(std::uint64_t seed) : m_state{} {
    for (std::uint64_t& word : m_state)
        word = splitMix(seed);
}

std::uint64_t Xoshiro256::next() {
    const std::uint64_t result = std::rotl(m_state[0] + m_state[3], 23) + m_state[0];
    const std::uint64_t shifted = m_state[1] << 17;
    m_state[2] ^= m_state[0];
    m_state[3] ^= m_state[1];
    m_state[1] ^= m_state[2];
    m_state[0] ^= m_state[3];
    m_state[2] ^= shifted;
    m_state[3] = std::rotl(m_state[3], 45);
    return result;
}

int Xoshiro256::below(int count) {
    return static_cast<int>(((next() >> 32) * static_cast<std::uint64_t>(count)) >>
                            32); // counts are tiny: no bias seen
}

int Xoshiro256::between(int low, int high) {
    return low + below(high - low + 1);
}

bool Xoshiro256::chance(double share) {
    constexpr int kSteps = 1 << 20;
    return below(kSteps) < static_cast<int>(share * kSteps);
}

} // namespace prunescope::model
