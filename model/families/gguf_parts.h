#pragma once

#include "model/files/gguf_file.h"

#include <memory>
#include <string>
#include <vector>

namespace prunescope::model {

/// The GGUF files that together are a model.
struct GgufParts {
    std::string path; ///< what was opened
    std::string name; ///< what people call it
    /// The language layers, with header and tokenizer; the shards of a split file in order, the first has the header.
    std::vector<std::shared_ptr<const GgufFile>> text;
    /// The encoder of pictures ("mmproj"); the text's file where one file holds both.
    std::shared_ptr<const GgufFile> vision;
    std::vector<std::string> notes; ///< lines that people should read once

    const GgufHeader& header() const { return text.front()->header(); }
    /// nullptr when no file has it.
    const StoredTensor* find(const std::string& tensor) const;
    /// All files, each once.
    std::vector<std::shared_ptr<const GgufFile>> files() const;
};

/// A model in a folder of GGUF files: a whole file, or the first shard of a split one.
struct GgufGroup {
    std::string file; ///< the path of what to open
    std::string name; ///< the file's without ending and number of the shard
};

/// Whether a path is a model in GGUF: a file, a manifest of Ollama, or a folder that has GGUF files and no safetensors.
bool isGgufModel(const std::string& path);

/// The models in a folder, without those that only see pictures; files that can't be read count. In order of name.
std::vector<GgufGroup> ggufGroups(const std::string& folder);

/// Whether a folder has an encoder of pictures.
bool hasGgufProjector(const std::string& folder);

/// Whether an encoder of pictures, by its header, can go with the text of a model.
using FitsText = bool (*)(const GgufHeader& vision, const GgufHeader& text);

/// Opens the text of a model: of a file (any shard), of a folder with a single model, or as a manifest says. Throws
/// Error(NotFound), Error(BadFile) or Error(Unsupported) that names the file.
GgufParts openGgufText(const std::string& path);

/// Finds the encoder for the text of `parts`: in the same file, in the manifest, else the file beside it that fits;
/// of several, the one that keeps most of the released numbers. Throws Error(NotFound) that says what to download.
void findGgufVision(GgufParts& parts, FitsText fits);

} // namespace prunescope::model
