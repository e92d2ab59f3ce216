#pragma once

#include "model/files/weight_file.h"

namespace prunescope::model {

/// Opens a safetensors file (qwen3-vl spec 2.2). Checks the whole header: sizes, ranges, overlaps. Throws
/// Error(NotFound) or Error(BadFile) that names the file and, where there is one, the tensor.
std::shared_ptr<const WeightFile> openSafetensors(const std::string& path);

} // namespace prunescope::model
