#include "model/families/chat_file.h"

#include "core/base/error.h"
#include "core/base/format.h"
#include "core/base/json_fields.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <vector>

namespace prunescope::model {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestTemplate = 1 << 20; // published ones have 5 to 15 kB

std::string readText(const std::string& path) {
    std::error_code failed;
    if (!fs::is_regular_file(path, failed) || fs::file_size(path, failed) > kLargestTemplate)
        return {};
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// chat_template of a JSON file: a text, or a list of {name, template}.
std::string templateIn(const std::string& path) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored))
        return {};
    try {
        const nlohmann::json json = readJsonFile(path);
        const nlohmann::json value = json.is_object() ? json.value("chat_template", nlohmann::json()) : json;
        if (value.is_string())
            return value.get<std::string>();
        for (const nlohmann::json& entry : value)
            if (entry.is_object() && entry.value("name", "") == "default")
                return entry.value("template", "");
    } catch (const Error&) { // a damaged file is as good as none
    } catch (const nlohmann::json::exception&) {
    }
    return {};
}

} // namespace

std::string readChatTemplate(const std::string& folder) {
    if (std::string text = readText(folder + "/chat_template.jinja"); !text.empty())
        return text;
    for (const char* file : {"/chat_template.json", "/tokenizer_config.json"})
        if (std::string text = templateIn(folder + file); !text.empty())
            return text;
    return {};
}

} // namespace prunescope::model
