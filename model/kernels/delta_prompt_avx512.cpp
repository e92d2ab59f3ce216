#include "model/kernels/delta_prompt_lanes.h"

namespace prunescope::model {

const DeltaPrompt kDeltaPromptAvx512 = kPrompt;

} // namespace prunescope::model
