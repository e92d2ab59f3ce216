#include "model/kernels/selection_rows_lanes.h"

namespace prunescope::model {

const SelectionRows kSelectionRowsAvx512 = kRows;

} // namespace prunescope::model
