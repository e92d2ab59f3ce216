#include "model/kernels/train_rows_lanes.h"

namespace prunescope::model {

const TrainRows kTrainRowsScalar = kStepsOfTraining;

} // namespace prunescope::model
