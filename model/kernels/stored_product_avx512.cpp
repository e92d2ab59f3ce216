#include "model/kernels/stored_product_lanes.h"

namespace prunescope::model {

void storedProductAvx512(const MatrixView& matrix, const VectorView& x, int64_t first, int64_t last, float* y,
                         const void* next) {
    product(matrix, x, first, last, y, next);
}

} // namespace prunescope::model
