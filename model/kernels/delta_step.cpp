#include "model/kernels/delta_step.h"

#include "core/kernels/cpu_level.h"

namespace prunescope::model {

const DeltaStep& deltaStep(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kDeltaStepAvx512;
    if (level == CpuLevel::Avx2)
        return kDeltaStepAvx2;
#endif
    static_cast<void>(level);
    return kDeltaStepScalar;
}

} // namespace prunescope::model
