#pragma once

#include "model/files/checkpoint.h"
#include "model/weights/weight_matrix.h"

#include <optional>

namespace prunescope::model {

/// A weight that is not Plain in a packed format, exactly and on the CPU: as it lies in the file where there is such a
/// format. Nothing where no format holds it. Throws Error(BadFile) where its parts do not fit together.
std::optional<PackedTensors> packedAsStored(const StoredWeight& weight);

/// The numbers of a weight in float32, in its own shape, on the CPU. Throws as `packedAsStored`.
at::Tensor valuesOf(const StoredWeight& weight);

} // namespace prunescope::model
