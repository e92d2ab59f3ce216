#pragma once

#include <filesystem>
#include <string>
#include <vector>

/// The models of Ollama, where it keeps them:
///
///     STORE/manifests/HOST/NAMESPACE/MODEL/TAG  which blobs a model is made of, in JSON
///     STORE/blobs/sha256-DIGEST                 a GGUF file, or a small text
///
/// No function waits for anything but the disk. Any thread.
namespace prunescope::model {

/// $OLLAMA_MODELS, else those of ~/.ollama/models and /usr/share/ollama/.ollama/models (the system's service) that are
/// there.
std::vector<std::filesystem::path> ollamaStores();

/// A model by its manifest.
struct OllamaModel {
    std::string manifest;
    std::string name;                    ///< as `ollama run` takes it: "qwen3-vl:4b"
    std::vector<std::string> weights;    ///< paths of its GGUF files
    std::vector<std::string> projectors; ///< of those with an encoder of pictures alone
};

/// Whether `path` is a manifest, by where it lies.
bool isOllamaManifest(const std::string& path);

/// Throws Error(NotFound) for a blob that is missing, Error(BadFile) for what is no manifest.
OllamaModel readOllamaManifest(const std::string& path);

/// The manifests of a store, in order of their paths.
std::vector<std::string> ollamaManifests(const std::filesystem::path& store);

} // namespace prunescope::model
