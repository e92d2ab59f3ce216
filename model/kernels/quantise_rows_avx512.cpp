#include "model/kernels/quantise_rows_lanes.h"

namespace prunescope::model {

const QuantiseRows kQuantiseRowsAvx512 = kRows;

} // namespace prunescope::model
