#include "model/kernels/selection_rows.h"

#include "core/kernels/cpu_level.h"

namespace prunescope::model {

const SelectionRows& selectionRows(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kSelectionRowsAvx512;
    if (level == CpuLevel::Avx2)
        return kSelectionRowsAvx2;
#endif
    static_cast<void>(level);
    return kSelectionRowsScalar;
}

} // namespace prunescope::model
