#pragma once

#include "model/files/weight_file.h"

namespace prunescope::model {

/// Opens the weights of a Hugging Face model folder: the shards of model.safetensors.index.json where all are there,
/// else model.safetensors, else the one set of *.safetensors files that are weights of a model. Reads headers only.
/// Throws Error(NotFound), Error(BadFile) or Error(Unsupported); the message names the file.
WeightFiles openWeightFiles(const std::string& folder);

} // namespace prunescope::model
