#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace prunescope::model {

/// What the chat template in a model folder may call by name (bos_token, eos_token, ...): an object of texts, from
/// tokenizer_config.json and, for what that leaves out, special_tokens_map.json. Files that can't be read have none.
nlohmann::ordered_json readSpecialTokens(const std::string& folder);

} // namespace prunescope::model
