#include "model/kernels/quantize_rows_lanes.h"

namespace prunescope::model {

const QuantizeRows kQuantizeRowsScalar = kRows;

} // namespace prunescope::model
