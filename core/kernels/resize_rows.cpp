#include "core/kernels/resize_rows.h"

#include "core/kernels/cpu_level.h"

namespace prunescope {

const ResizeRows& resizeRows(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kResizeRowsAvx512;
    if (level == CpuLevel::Avx2)
        return kResizeRowsAvx2;
#endif
    static_cast<void>(level);
    return kResizeRowsScalar;
}

} // namespace prunescope
