#include "model/kernels/layer_rows.h"

#include "core/kernels/cpu_level.h"

namespace prunescope::model {

const LayerRows& layerRows(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kLayerRowsAvx512;
    if (level == CpuLevel::Avx2)
        return kLayerRowsAvx2;
#endif
    static_cast<void>(level);
    return kLayerRowsScalar;
}

} // namespace prunescope::model
