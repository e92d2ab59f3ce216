#include "model/kernels/quantize_rows_lanes.h"

namespace prunescope::model {

const QuantizeRows kQuantizeRowsAvx512 = kRows;

} // namespace prunescope::model
