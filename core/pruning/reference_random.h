#pragma once

#include <cstdint>
#include <random>
#include <vector>

namespace prunescope {

/// Random numbers in step with the reference implementation: the two streams that baselines draw from, one set of them
/// per prompt, used by its images in order (pixelprune spec 5.1 and 5.2). Reproducible everywhere.
class ReferenceRandom {
public:
    explicit ReferenceRandom(std::uint64_t seed);

    /// All of 0 .. count-1 in random order: LibTorch's `randperm` on the CPU.
    std::vector<int> permutation(int count);
    /// `size` different numbers of 0 .. count-1, in the order in which they were drawn: the general-purpose generator.
    std::vector<int> sample(int count, int size);

private:
    /// Uniform in 0 .. count-1.
    std::uint32_t below(std::uint32_t count);

    std::mt19937 m_tensor;
    std::mt19937 m_general;
};

} // namespace prunescope
