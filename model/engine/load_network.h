#pragma once

#include "model/api/model_info.h"
#include "model/budget/free_memory.h"
#include "model/families/families.h"
#include "model/families/model_folder.h"
#include "model/network/network.h"
#include "model/values/load_options.h"
#include "model/weights/kept_weights.h"

#include <functional>
#include <memory>
#include <stop_token>

namespace prunescope::model {

/// A network read from a folder, with what describes it.
struct LoadedNetwork {
    ModelFolder folder;
    const FamilyEntry* family = nullptr;
    std::shared_ptr<KeptWeights> weights; ///< those of the network
    std::unique_ptr<VisionLanguageModel> network;
    ModelInfo info;
    int threads = 1; ///< to run it with
};

/// Looks at a folder before its weights are read, so that what is wrong is said at once, and completes its
/// configuration. Throws Error.
using FolderCheck = std::function<void(const ModelFolder& folder, const FamilyEntry& family, ModelConfig& config)>;

/// Reads config and weights (not the tokenizer) onto the device that `options` asks for. Throws as `loadEngine`. Call
/// under InferenceMode.
LoadedNetwork loadNetwork(const LoadOptions& options, const LoadProgress& progress, std::stop_token stop,
                          const MemoryGauge& gauge = freeMemory, const FolderCheck& check = {});

} // namespace prunescope::model
