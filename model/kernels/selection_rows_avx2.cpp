#include "model/kernels/selection_rows_lanes.h"

namespace prunescope::model {

const SelectionRows kSelectionRowsAvx2 = kRows;

} // namespace prunescope::model
