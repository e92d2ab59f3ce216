#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// A JSON document of a model.
struct ModelDocument {
    std::string where; ///< what it is called in messages: its file, with the member that it is of that
    nlohmann::json json;
};

/// A chat template in Jinja.
struct ChatTemplateText {
    std::string name;  ///< "default", "tool_use"
    std::string where; ///< the file
    std::string text;
};

/// What is said of a model besides its weights and its tokens: the small files of a Hugging Face folder, or the same
/// made of the header of a GGUF file.
struct ModelTexts {
    std::string path;                        ///< the folder or file itself, without '/' at its end
    std::string name;                        ///< what people call the model
    ModelDocument config;                    ///< config.json
    std::optional<ModelDocument> generation; ///< generation_config.json
    std::optional<ModelDocument> images; ///< preprocessor_config.json, else of processor_config.json image_processor
    std::vector<ChatTemplateText> templates; ///< "default" first
    std::vector<std::string> notes;          ///< lines that people should read once
};

/// Reads them. Throws Error(NotFound), Error(BadFile) or Error(Unsupported) that names file and field.
ModelTexts readModelTexts(const std::string& path);

/// `ModelTexts::images` of a folder, which need not have a config.json. Throws as `readModelTexts`.
std::optional<ModelDocument> readImageSettings(const std::string& folder);

} // namespace prunescope::model
