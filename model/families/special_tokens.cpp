#include "model/families/special_tokens.h"

#include "core/base/error.h"
#include "core/base/json_fields.h"

#include <filesystem>

namespace prunescope::model {

namespace {

/// A token is a text, or an object with it.
std::string contentOf(const nlohmann::json& token) {
    const bool isObject = token.is_object() && token.contains("content");
    const nlohmann::json& content = isObject ? token["content"] : token;
    return content.is_string() ? content.get<std::string>() : std::string();
}

void addFrom(const std::string& path, nlohmann::ordered_json& tokens) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored))
        return;
    try {
        const nlohmann::json json = readJsonFile(path);
        for (const auto& [name, token] : json.items())
            if (const std::string content = contentOf(token);
                name.ends_with("_token") && !content.empty() && !tokens.contains(name))
                tokens[name] = content;
    } catch (const Error&) { // the tokenizer itself is read elsewhere: here nothing is lost but names
    }
}

} // namespace

nlohmann::ordered_json readSpecialTokens(const std::string& folder) {
    nlohmann::ordered_json tokens = nlohmann::ordered_json::object();
    for (const char* file : {"/tokenizer_config.json", "/special_tokens_map.json"})
        addFrom(folder + file, tokens);
    return tokens;
}

} // namespace prunescope::model
