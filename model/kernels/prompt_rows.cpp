#include "model/kernels/prompt_rows.h"

#include "core/kernels/cpu_level.h"

namespace prunescope::model {

const PromptRows& promptRows(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kPromptRowsAvx512;
    if (level == CpuLevel::Avx2)
        return kPromptRowsAvx2;
#endif
    static_cast<void>(level);
    return kPromptRowsScalar;
}

} // namespace prunescope::model
