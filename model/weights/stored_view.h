#pragma once

#include "model/files/tensor_names.h"

#include <ATen/ATen.h>

namespace prunescope::model {

/// A stored tensor as it lies in its mapped file, which must not be written to; copied only where its bytes are not
/// aligned. When the last view of it goes, so does the memory that holds it. Throws Error(Unsupported) that begins with
/// `where` for what is no floating-point type of F32, BF16 and F16.
at::Tensor storedView(const TensorPlace& place, const std::string& where);

} // namespace prunescope::model
