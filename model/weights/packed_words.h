#pragma once

#include "model/files/checkpoint.h"
#include "model/weights/integer_matrix.h"

namespace prunescope::model {

/// What a weight of Coding::Bits, Awq or Gptq means. It reads the file, which it keeps open. Throws Error(BadFile)
/// where its parts do not fit together.
IntegerMatrix packedWords(const StoredWeight& weight);

} // namespace prunescope::model
