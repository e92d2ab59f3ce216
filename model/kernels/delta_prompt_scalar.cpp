#include "model/kernels/delta_prompt_lanes.h"

namespace prunescope::model {

const DeltaPrompt kDeltaPromptScalar = kPrompt;

} // namespace prunescope::model
