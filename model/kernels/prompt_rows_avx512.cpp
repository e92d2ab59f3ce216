#include "model/kernels/prompt_rows_lanes.h"

namespace prunescope::model {

const PromptRows kPromptRowsAvx512 = kRows;

} // namespace prunescope::model
