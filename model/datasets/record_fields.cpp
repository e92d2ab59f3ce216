#include "model/datasets/record_fields.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <array>

namespace prunescope::model {

namespace {

constexpr std::array kPictureFields{"image", "images", "image_path"};
constexpr std::size_t kLongestField = 4096;

constexpr const char* kExpected = "the path of a picture";

/// {"path": "a.png", "bytes": null}, as the libraries of data sets write a picture.
std::string pictureInObject(const JsonFields& fields, const char* name, const nlohmann::json& object) {
    for (const char* key : {"path", "url", "image"})
        if (const auto found = object.find(key); found != object.end() && found->is_string() && saysSomething(*found))
            return found->get<std::string>();
    if (const auto bytes = object.find("bytes"); bytes != object.end() && bytes->is_string() && saysSomething(*bytes))
        return "data:;base64," + bytes->get<std::string>();
    fields.fail(name, kExpected);
}

} // namespace

bool saysSomething(const nlohmann::json& value) {
    return !value.is_null() &&
           !(value.is_string() ? value.get_ref<const std::string&>().empty() : value.is_structured() && value.empty());
}

std::string pictureOf(const JsonFields& fields, const char* name, const nlohmann::json& value) {
    if (value.is_object())
        return pictureInObject(fields, name, value);
    if (!value.is_string() || trimmed(value.get_ref<const std::string&>()).empty())
        fields.fail(name, kExpected);
    return value.get<std::string>();
}

std::vector<std::string> picturesOf(const JsonFields& fields) {
    std::vector<std::string> pictures;
    const char* first = nullptr;
    for (const char* name : kPictureFields) {
        const auto found = fields.json().find(name);
        if (found == fields.json().end() || !saysSomething(*found))
            continue;
        if (first)
            fields.fail(name, "no other pictures than those of " + std::string(first));
        first = name;
        for (const nlohmann::json& value : found->is_array() ? *found : nlohmann::json::array({*found}))
            pictures.push_back(pictureOf(fields, name, value));
    }
    return pictures;
}

const char* pictureFieldOf(const JsonFields& fields) {
    for (const char* name : kPictureFields)
        if (const auto found = fields.json().find(name); found != fields.json().end() && saysSomething(*found))
            return name;
    return kPictureFields.front();
}

std::string filledText(const JsonFields& fields, const char* name) {
    std::string text = fields.text(name);
    if (trimmed(text).empty())
        fields.fail(name, "a text that is not empty");
    return text;
}

std::string fieldText(const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>()
                             : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string idOf(const JsonFields& fields) {
    return fields.has("id") ? fieldText(fields.json().at("id")) : std::string();
}

void keepRest(const JsonFields& fields, std::span<const std::string_view> used, QuestionFields& into,
              std::vector<std::string>& remarks) {
    for (const auto& [name, value] : fields.json().items()) {
        const bool isPicture = std::ranges::find(kPictureFields, name) != kPictureFields.end();
        if (isPicture || std::ranges::find(used, name) != used.end() || !saysSomething(value))
            continue;
        std::string text = fieldText(value);
        const bool isKept = text.size() <= kLongestField;
        remarks.push_back("the field " + inQuotes(name) + (isKept ? " is kept and not asked" : " is not used"));
        if (isKept)
            into.emplace(name, std::move(text));
    }
}

} // namespace prunescope::model
