#include "model/kernels/layer_rows_lanes.h"

namespace prunescope::model {

const LayerRows kLayerRowsAvx512 = kRows;

} // namespace prunescope::model
