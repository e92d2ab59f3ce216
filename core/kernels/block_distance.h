#pragma once

#include "core/kernels/cpu_level.h"

#include <cstddef>
#include <cstdint>

namespace prunescope {

/// Reduction of the differences of the samples of two blocks to one number; of 32x32x3 there are 3072.
enum class Reduction : int {
    Max = 0,     ///< largest |difference|, at most 255
    Sum = 1,     ///< sum of |difference|, at most 783,360 of 3072
    Squares = 2, ///< sum of squares, at most 199,756,800 of 3072
};
inline constexpr int kReductions = 3;

/// Distance of two 32x32x3 blocks whose rows of 96 bytes lie `stride` bytes apart, where it is at most `cap`; else any
/// value above `cap`, as early as that is decided.
using DistanceKernel = std::uint32_t (*)(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride,
                                         std::uint32_t cap);

/// Side of the blocks that a DistanceKernel measures.
inline constexpr int kKernelSidePx = 32;

/// The kernel for one of `cpuLevels()`.
DistanceKernel distanceKernel(Reduction reduction, CpuLevel level = bestCpuLevel());

/// Kernel for blocks of any side up to PatchGeometry::kMostBlockPx.
using AnySideKernel = std::uint32_t (*)(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride,
                                        std::uint32_t cap, int sidePx);

/// Distance of two blocks of one size: by the kernel of that size where there is one, else in the general way, which is
/// the same on every level.
class BlockDistance {
public:
    BlockDistance(Reduction reduction, int sidePx, CpuLevel level = bestCpuLevel());

    /// As a DistanceKernel.
    std::uint32_t operator()(const std::uint8_t* a, const std::uint8_t* b, std::size_t stride,
                             std::uint32_t cap) const {
        return m_kernel ? m_kernel(a, b, stride, cap) : m_anySide(a, b, stride, cap, m_sidePx);
    }

private:
    DistanceKernel m_kernel; ///< nullptr: not of that side
    AnySideKernel m_anySide;
    int m_sidePx;
};

} // namespace prunescope
