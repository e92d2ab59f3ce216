#pragma once

#include "model/files/weight_file.h"

namespace prunescope::model {

/// Refuses weights whose names show that they were saved in a way that can't be read, whatever config.json says: packed
/// by a library that is not among ours, with an adapter beside the layers that it changes. Throws Error(Unsupported)
/// that names the way, the first such tensor and what to do.
void refuseForeignTensors(const std::string& folder, const WeightFiles& files);

} // namespace prunescope::model
