#include "model/kernels/delta_step_lanes.h"

namespace prunescope::model {

const DeltaStep kDeltaStepScalar = kStep;

} // namespace prunescope::model
