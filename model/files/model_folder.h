#pragma once

#include "model/files/safetensors.h"
#include "model/values/request.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope::model {

/// generation_config.json: which ids end an answer and how the makers of the model sample.
struct GenerationConfig {
    std::vector<std::int64_t> endTokens; ///< empty when the folder does not say
    Decoding sampling;
};

/// A Hugging Face model folder as published. Opening reads the small files and the headers of the weights only.
class ModelFolder {
public:
    /// Opens a folder. Throws Error(NotFound), Error(BadFile) or Error(Unsupported); the message names the file.
    static ModelFolder open(const std::string& path);

    const std::string& path() const { return m_path; }
    std::string name() const; ///< last part of the path
    std::string file(const char* fileName) const { return m_path + "/" + fileName; }
    const nlohmann::json& config() const { return m_config; } ///< config.json
    const GenerationConfig& generation() const { return m_generation; }
    /// model.safetensors or all shards of model.safetensors.index.json.
    const std::vector<std::shared_ptr<const SafetensorsFile>>& weights() const { return m_weights; }

private:
    std::string m_path;
    nlohmann::json m_config;
    GenerationConfig m_generation;
    std::vector<std::shared_ptr<const SafetensorsFile>> m_weights;
};

} // namespace prunescope::model
