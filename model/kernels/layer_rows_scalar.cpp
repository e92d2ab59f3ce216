#include "model/kernels/layer_rows_lanes.h"

namespace prunescope::model {

const LayerRows kLayerRowsScalar = kRows;

} // namespace prunescope::model
