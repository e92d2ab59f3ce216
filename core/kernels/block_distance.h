#pragma once

#include "core/kernels/cpu_level.h"

#include <cstddef>
#include <cstdint>

namespace prunescope {

/// How the differences of the 3072 samples of two blocks become one number.
enum class Reduction : int {
    Max = 0,     ///< largest |difference|, at most 255
    Sum = 1,     ///< sum of |difference|, at most 783,360
    Squares = 2, ///< sum of squares, at most 199,756,800
};
inline constexpr int kReductions = 3;

/// Distance of two 32x32x3 blocks whose rows of 96 bytes lie `stride` bytes apart, where it is at most `cap`; else any
/// value above `cap`, as early as that is decided.
using DistanceKernel = std::uint32_t (*)(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride,
                                         std::uint32_t cap);

/// The kernel for one of `cpuLevels()`.
DistanceKernel distanceKernel(Reduction reduction, CpuLevel level = bestCpuLevel());

} // namespace prunescope
