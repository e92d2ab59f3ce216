#include "model/kernels/row_products.h"

#include "model/kernels/flash_attention.h"

namespace prunescope::model {

bool rowProductsRun() {
    return flashAttentionRuns();
}

} // namespace prunescope::model
