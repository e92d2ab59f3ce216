#pragma once

#include "model/files/weight_file.h"

namespace prunescope::model {

/// Opens the weights of a Hugging Face model folder: model.safetensors, or all shards of model.safetensors.index.json.
/// Reads headers only. Throws Error(NotFound), Error(BadFile) or Error(Unsupported); the message names the file.
WeightFiles openWeightFiles(const std::string& folder);

} // namespace prunescope::model
