#include "core/kernels/block_distance.h"

#include "core/kernels/block_distance_levels.h"

namespace prunescope {

DistanceKernel distanceKernel(Reduction reduction, CpuLevel level) {
    const auto which = static_cast<std::size_t>(reduction);
    switch (level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    case CpuLevel::Avx512:
        return kAvx512Distances[which];
    case CpuLevel::Avx2:
        return kAvx2Distances[which];
#endif
    default:
        return kScalarDistances[which];
    }
}

BlockDistance::BlockDistance(Reduction reduction, int sidePx, CpuLevel level)
    : m_kernel(sidePx == kKernelSidePx ? distanceKernel(reduction, level) : nullptr),
      m_anySide(kAnySideDistances[static_cast<std::size_t>(reduction)]), m_sidePx(sidePx) {}

} // namespace prunescope
