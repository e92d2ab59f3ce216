#include "model/kernels/quantise_rows_lanes.h"

namespace prunescope::model {

const QuantiseRows kQuantiseRowsAvx2 = kRows;

} // namespace prunescope::model
