#include "model/kernels/stored_rows_lanes.h"

namespace prunescope::model {

const StoredRows kStoredRowsAvx2 = kRows;

} // namespace prunescope::model
