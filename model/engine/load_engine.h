#pragma once

#include "model/api/engine.h"
#include "model/values/load_options.h"

#include <memory>

namespace prunescope::model {

/// Loads a model: reads config.json, tokenizer.json and *.safetensors of `options.folder`. Throws Error(NotFound),
/// Error(BadFile) or Error(Unsupported); the message names the file and the tensor. Throws Error(Cancelled) soon after
/// `stop` is requested.
std::unique_ptr<Engine> loadEngine(const LoadOptions& options, const LoadProgress& progress = {},
                                   std::stop_token stop = {});

} // namespace prunescope::model
