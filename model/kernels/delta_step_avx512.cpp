#include "model/kernels/delta_step_lanes.h"

namespace prunescope::model {

const DeltaStep kDeltaStepAvx512 = kStep;

} // namespace prunescope::model
