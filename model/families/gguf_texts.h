#pragma once

#include "model/families/model_texts.h"
#include "model/files/gguf_header.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace prunescope::model {

/// What all families find alike in the header of a GGUF file. All throw Error(BadFile) that names file and key.

/// text_config of config.json: sizes, norm and end tokens under the names that config.json has for them; keys are
/// `<architecture>.` and what follows.
nlohmann::json ggufTextConfig(const GgufHeader& header, const std::string& architecture);

/// The id of a token by its text; -1 where there is none.
std::int64_t ggufTokenId(const GgufHeader& header, std::string_view token);

/// generation_config.json: the tokens that end an answer, and how its makers sample where the file says that.
nlohmann::json ggufGeneration(const GgufHeader& header);

/// The chat templates, "default" first.
std::vector<ChatTemplateText> ggufTemplates(const GgufHeader& header);

} // namespace prunescope::model
