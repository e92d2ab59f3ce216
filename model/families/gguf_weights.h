#pragma once

#include "model/families/gguf_family.h"

#include <span>

namespace prunescope::model {

/// Checks that every tensor is there, in a type that can be read. Throws Error(BadFile) that names what is missing as
/// the file would call it, Error(Unsupported) that names the type and which to take instead.
void checkGgufTensors(const GgufParts& parts, std::span<const GgufTensor> tensors);

/// The weights under their released names, after `checkGgufTensors`. Tensors that are stored as they are released stay
/// in their files; those that are stored in parts are put together in memory, each as a file of its own; those that
/// `tensors` does not name are left out. Throws Error(BadFile) for parts that do not go together.
WeightFiles ggufWeights(const GgufParts& parts, std::span<const GgufTensor> tensors);

} // namespace prunescope::model
