#include "model/kernels/stored_rows_lanes.h"

namespace prunescope::model {

const StoredRows kStoredRowsAvx512 = kRows;

} // namespace prunescope::model
