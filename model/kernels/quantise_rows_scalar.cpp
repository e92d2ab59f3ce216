#include "model/kernels/quantise_rows_lanes.h"

namespace prunescope::model {

const QuantiseRows kQuantiseRowsScalar = kRows;

} // namespace prunescope::model
