#include "model/kernels/train_rows.h"

#include "core/kernels/cpu_level.h"

namespace prunescope::model {

const TrainRows& trainRows(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kTrainRowsAvx512;
    if (level == CpuLevel::Avx2)
        return kTrainRowsAvx2;
#endif
    static_cast<void>(level);
    return kTrainRowsScalar;
}

} // namespace prunescope::model
