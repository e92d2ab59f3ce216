#include "model/kernels/prompt_rows_lanes.h"

namespace prunescope::model {

const PromptRows kPromptRowsScalar = kRows;

} // namespace prunescope::model
