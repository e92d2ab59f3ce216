#include "model/kernels/selection_rows_lanes.h"

namespace prunescope::model {

const SelectionRows kSelectionRowsScalar = kRows;

} // namespace prunescope::model
