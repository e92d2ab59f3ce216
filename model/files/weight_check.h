#pragma once

#include "model/files/weight_file.h"

#include <cstdint>
#include <optional>
#include <string>

namespace prunescope::model {

/// The first value of a stored tensor that is no finite number (NaN or infinite). Integers are always finite.
std::optional<std::size_t> firstNotFinite(const StoredTensor& tensor);

/// Looks at norms, biases and other small tensors: damage there costs nothing to find. Throws Error(BadFile) that
/// begins with `where`.
void requireFiniteIfSmall(const StoredTensor& tensor, const std::string& where);

/// Reads every weight: for a model whose output was no number. Throws Error(BadFile) that names the first damaged
/// tensor; returns where all are sound.
void requireFiniteWeights(const WeightFiles& files);

/// Refuses two files that have a tensor of the same name: throws Error(BadFile).
void requireDistinctTensors(const WeightFiles& files);

} // namespace prunescope::model
