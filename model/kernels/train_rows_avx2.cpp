#include "model/kernels/train_rows_lanes.h"

namespace prunescope::model {

const TrainRows kTrainRowsAvx2 = kStepsOfTraining;

} // namespace prunescope::model
