#include "model/kernels/quantize_rows_lanes.h"

namespace prunescope::model {

const QuantizeRows kQuantizeRowsAvx2 = kRows;

} // namespace prunescope::model
