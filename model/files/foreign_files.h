#pragma once

#include <string>

namespace prunescope::model {

/// Throws Error(BadFile) when `path` holds what git keeps in the place of a large file (Git LFS), and says how to get
/// the file itself.
void refuseLfsPointer(const std::string& path);

/// For a folder without safetensors files: throws Error(Unsupported) that names weights of another kind (PyTorch,
/// GGUF, ...) where there are some, else Error(NotFound).
[[noreturn]] void refuseWithoutWeights(const std::string& folder);

} // namespace prunescope::model
