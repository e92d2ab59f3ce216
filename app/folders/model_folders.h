#pragma once

#include "core/resize/resize.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace prunescope::app {

/// A folder that holds a model, or should; in GGUF also a file, or a manifest of Ollama.
struct ModelFolder {
    std::string name; ///< what `--model` takes
    std::string folder;
    std::string architecture; ///< as config.json says, of an adapter its base's; empty when it says nothing
    std::string base;         ///< of an adapter: what its base is called; empty: a model
    std::int64_t sizeBytes = 0;
    std::string weights; ///< what they are stored in (`model::storageText`), of an adapter its base's; empty: not known
    std::string keeping; ///< what becomes of quantised ones (`model::keepingText`)
    std::vector<std::string> notes; ///< what people should know of how its small files are read, a line each
    std::string problem;            ///< why it cannot be used; empty: it can
    bool isIncomplete = false;      ///< the problem is that a file is missing
    bool isBundled = false;         ///< came with the program
};

/// Looks at the files without reading the weights: config.json, tokenizer.json, and that every weight file is there in
/// full; of an adapter, that its base is here and that it fits.
ModelFolder inspectModelFolder(const std::string& folder, const std::string& name);

/// $XDG_DATA_HOME/prunescope/models.
std::string ownModelsFolder();

/// The bundled model, everything in `ownModelsFolder`, the snapshots of `model::hubCacheFolder` whose config.json names
/// a family or that are adapters of such, and the models in GGUF that other programs keep (`foreignGgufModels`).
std::vector<ModelFolder> findModelFolders();

/// A folder stays itself; else the folder of the model with that name, or with that last part of the name. Throws
/// Error(NotFound).
std::string resolveModelFolder(const std::string& folderOrName);

/// Likewise of an adapter.
std::string resolveAdapterFolder(const std::string& folderOrName);

/// The bundled model: what runs without `--model`. Throws Error(Usage) where there is none, saying how to get one.
std::string requireBundledModel();

/// Image sizes that the folder's preprocessor_config.json allows. Throws Error(BadFile).
PixelLimits pixelLimitsOf(const std::string& folder);

/// Runs `action`; what it finds unsupported is then the fault of a model folder (Error(BadFile)) and not of a word on
/// the command line.
void blamingFolder(const std::function<void()>& action);

} // namespace prunescope::app
