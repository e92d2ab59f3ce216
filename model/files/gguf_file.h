#pragma once

#include "model/files/gguf_header.h"
#include "model/files/weight_file.h"

#include <memory>
#include <string>

namespace prunescope::model {

/// A GGUF file, version 2 or 3, mapped into memory: a header of named values, and tensors under the names of
/// llama.cpp ("blk.0.attn_q.weight"). Shapes are row-major, the other way round than the file lists them; types are
/// called as in `ggmlTypes`. Immutable; any thread.
class GgufFile : public WeightFile {
public:
    /// Checks the whole header: counts, sizes, ranges, overlaps. Vocabularies are stepped over. Throws Error(NotFound),
    /// Error(BadFile) or Error(Unsupported) that names the file and, where there is one, the tensor.
    static std::shared_ptr<const GgufFile> open(const std::string& path);
    /// The same of a file that is mapped already.
    static std::shared_ptr<const GgufFile> of(std::shared_ptr<const MappedFile> mapping);

    GgufFile(std::shared_ptr<const MappedFile> file, Tensors tensors, GgufHeader header)
        : WeightFile(std::move(file), std::move(tensors)), m_header(std::move(header)) {}

    const GgufHeader& header() const { return m_header; }
    /// general.architecture: "qwen3vl", or "clip" for the encoder of pictures alone.
    std::string architecture() const { return m_header.text("general.architecture"); }

private:
    GgufHeader m_header;
};

/// Whether a file begins as GGUF files do, whatever its name. Ollama's have none that says so.
bool isGgufFile(const std::string& path);

/// `GgufFile::architecture`, without reading further than to where the header says it: for looking at many files.
/// Throws as `GgufFile::open`.
std::string ggufArchitecture(const std::string& path);

} // namespace prunescope::model
