#pragma once

#include "model/files/adapter_changes.h"
#include "model/weights/weight_change.h"

#include <memory>

namespace prunescope::model {

/// The weights of a base with a LoRA adapter merged into them, calculated in float32: W + s B A, with the lengths of
/// its rows set where the adapter learned them (DoRA, Liu et al. 2024, equation 5), or what it stores whole.
std::unique_ptr<WeightChange> adaptedWeights(AdapterChanges changes);

} // namespace prunescope::model
