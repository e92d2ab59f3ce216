#pragma once

#include <string>

namespace prunescope::model {

/// Refuses a file of Git LFS that stands in the place of a large one: throws Error(BadFile) that says how to get the
/// file itself.
void refuseLfsPointer(const std::string& path);

/// Refuses a folder without safetensors files: throws Error(Unsupported) that names weights in another format (PyTorch,
/// GGUF, ...) where there are some, else Error(NotFound).
[[noreturn]] void refuseWithoutWeights(const std::string& folder);

} // namespace prunescope::model
