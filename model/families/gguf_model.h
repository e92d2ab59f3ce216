#pragma once

#include "model/families/gguf_family.h"
#include "model/families/model_texts.h"
#include "model/tokenizer/bpe_tokenizer.h"

namespace prunescope::model {

struct FamilyEntry;

/// A model in GGUF, as LM Studio, llama.cpp and Ollama keep it on disk: the file of its text (or the first of its
/// shards) with an mmproj file beside it, the folder of both, or a manifest of Ollama. Immutable; any thread.
class GgufModel {
public:
    /// Reads headers only. Throws Error(NotFound), Error(BadFile) or Error(Unsupported) that says in a line which file
    /// is missing or what can't be read of it.
    static GgufModel open(const std::string& path);
    /// Of files that are open already; without an encoder it is looked for beside the text. Throws as `open`.
    static GgufModel make(GgufParts parts);

    /// As the small files of a Hugging Face folder would say it.
    const ModelTexts& texts() const { return m_texts; }
    const GgufParts& parts() const { return m_parts; }
    /// Under their released names. What is stored in parts is put together in memory now: of a file of Ollama with both
    /// parts the attention of the encoder (0.2 GB of an 8B model), else the embedding of patches alone. Throws
    /// Error(BadFile).
    WeightFiles weights() const;
    /// Throws Error(BadFile) or Error(Unsupported).
    BpeTokenizer tokenizer() const;

private:
    GgufModel(GgufParts parts, const FamilyEntry& family);

    GgufParts m_parts;
    ModelTexts m_texts;
    std::vector<GgufTensor> m_tensors;
};

/// Whether an architecture of GGUF can be read.
bool readsGguf(std::string_view architecture);

} // namespace prunescope::model
