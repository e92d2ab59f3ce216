#pragma once

#include "model/families/generation.h"
#include "model/files/checkpoint.h"
#include "model/tokenizer/bpe_tokenizer.h"

namespace prunescope::model {

class GgufModel;

/// A model as it lies on disk. Opening reads the small files and the headers of the weights only.
class ModelFolder {
public:
    /// Opens a model. Throws Error(NotFound), Error(BadFile) or Error(Unsupported); the message names the file.
    static ModelFolder open(const std::string& path);

    const std::string& path() const { return m_texts.path; }
    const std::string& name() const { return m_texts.name; }
    std::string file(const char* fileName) const { return path() + "/" + fileName; }
    const ModelTexts& texts() const { return m_texts; }
    const nlohmann::json& config() const { return m_texts.config.json; }
    const std::string& configPath() const { return m_texts.config.where; }
    const GenerationConfig& generation() const { return m_generation; }
    /// What people should read once: of the small files and of the weights.
    const std::vector<std::string>& notes() const { return m_notes; }
    const Checkpoint& checkpoint() const { return m_checkpoint; }
    /// Of tokenizer.json, or of the header of a GGUF file. Throws as `BpeTokenizer::load`.
    BpeTokenizer tokenizer() const;
    /// What it is called in messages.
    std::string tokenizerPath() const;
    const WeightFiles& weights() const { return m_checkpoint.files(); }

private:
    ModelFolder(ModelTexts texts, Checkpoint checkpoint, std::shared_ptr<const GgufModel> gguf = nullptr);

    ModelTexts m_texts;
    GenerationConfig m_generation;
    std::vector<std::string> m_notes;
    Checkpoint m_checkpoint;
    std::shared_ptr<const GgufModel> m_gguf; ///< nullptr: a folder
};

} // namespace prunescope::model
