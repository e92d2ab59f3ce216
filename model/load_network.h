#pragma once

#include "model/engine.h"
#include "model/families/family.h"
#include "model/io/model_folder.h"

#include <memory>

namespace prunescope::model {

/// A network read from a folder, with what describes it.
struct LoadedNetwork {
    ModelFolder folder;
    std::unique_ptr<VisionLanguageModel> network;
    ModelInfo info;
    int threads = 1; ///< to run it with
};

/// Reads config and weights (not the tokenizer) onto the device that `options` asks for. Throws as `loadEngine`. Call
/// under InferenceMode.
LoadedNetwork loadNetwork(const LoadOptions& options, const LoadProgress& progress, std::stop_token stop);

} // namespace prunescope::model
