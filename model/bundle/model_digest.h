#pragma once

#include <functional>
#include <string>
#include <vector>

namespace prunescope::model {

/// A model by its content: two of equal hashes give equal answers.
struct ModelIdentity {
    std::string name;               ///< what people call it
    std::string family;             ///< `model_type` of its config.json
    std::string sha256;             ///< of the base: `digestOf` its `modelFiles`
    std::string adapter = {};       ///< what people call the adapter on it; empty: none
    std::string adapterSha256 = {}; ///< `digestOf` its `adapterFiles`
    bool operator==(const ModelIdentity&) const = default;
};

/// `fraction` in [0,1] of the bytes that were read.
using DigestProgress = std::function<void(double fraction)>;

/// The files of a model that change what it answers: its weights, config.json, tokenizer.json, and of settings,
/// templates and special tokens those that are there. In order of name. Throws as `ModelFolder::open`.
std::vector<std::string> modelFiles(const std::string& model);
/// Likewise of an adapter. Throws as `AdapterFolder::open`.
std::vector<std::string> adapterFiles(const std::string& folder);

/// SHA-256 of a line for each file as `sha256sum` prints it, "HASH  NAME\n", names without their folders. Reads every
/// byte: as fast as the disk, or about 1 GB/s where the processor has instructions for it. Throws Error(NotFound) or
/// Error(BadFile).
std::string digestOf(const std::vector<std::string>& files, const DigestProgress& progress = {});

/// The identity of a model folder, or of a model in GGUF, with the adapter in a folder (empty: none). Throws as both.
ModelIdentity identityOf(const std::string& model, const std::string& adapterFolder,
                         const DigestProgress& progress = {});

} // namespace prunescope::model
