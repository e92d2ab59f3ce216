#include "model/kernels/matrix_vector.h"

#include "core/kernels/cpu_level.h"
#include "model/kernels/weight_types.h"

namespace prunescope::model {

const MatrixVector& matrixVector(CpuLevel level) {
#if defined(PRUNESCOPE_X86_KERNELS)
    if (level == CpuLevel::Avx512)
        return kMatrixVectorAvx512;
    if (level == CpuLevel::Avx2)
        return kMatrixVectorAvx2;
#endif
    static_cast<void>(level);
    return kMatrixVectorScalar;
}

const void* rowOf(const MatrixView& matrix, std::int64_t row) {
    return static_cast<const char*>(matrix.data) + row * rowBytes(matrix.type, matrix.cols);
}

void sumGroups(const float* values, std::int64_t cols, float* sums) {
    for (std::int64_t group = 0; group < cols / kInt4Group; ++group) {
        float sum = 0;
        for (int i = 0; i < kInt4Group; ++i)
            sum += values[group * kInt4Group + i];
        sums[group] = sum;
    }
}

} // namespace prunescope::model
