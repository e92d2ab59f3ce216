#include "model/families/config_checks.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace prunescope::model {

namespace {

constexpr int kBicubic = 3; // as numbered in preprocessor_config.json

/// "[0.485, 0.456, 0.406]": the shortest digits that mean these floats.
std::string textOf(const Colours& colours) {
    std::string text;
    for (const float one : colours) {
        std::array<char, 32> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), one).ptr;
        text += (text.empty() ? "[" : ", ") + std::string(digits.data(), end);
    }
    return text + "]";
}

void expectColours(const JsonFields& fields, const char* name, const Colours& expected) {
    if (!fields.has(name))
        return;
    const nlohmann::json& found = fields.json().at(name);
    const auto same = [](const nlohmann::json& value, float one) {
        return value.is_number() && value.get<float>() == one;
    };
    if (!found.is_array() || !std::equal(found.begin(), found.end(), expected.begin(), expected.end(), same))
        fields.refuse(name, textOf(expected));
}

} // namespace

void expectBoolean(const JsonFields& fields, const char* name, bool expected) {
    if (fields.boolean(name, expected) != expected)
        fields.refuse(name, expected ? "true" : "false");
}

void expectOneOf(const JsonFields& fields, const char* name, std::initializer_list<std::string_view> allowed) {
    if (!fields.has(name) || std::find(allowed.begin(), allowed.end(), fields.text(name)) != allowed.end())
        return;
    std::string text;
    for (const std::string_view one : allowed)
        text += (text.empty() ? "\"" : " or \"") + std::string(one) + "\"";
    fields.refuse(name, text);
}

void expectValues(const JsonFields& preprocessor, const Colours& mean, const Colours& deviation) {
    if (!preprocessor.boolean("do_resize", true))
        preprocessor.refuse("do_resize", "true: pictures are resized to whole blocks");
    for (const char* step : {"do_rescale", "do_normalize"})
        expectBoolean(preprocessor, step, true);
    preprocessor.expectInteger("resample", kBicubic);
    if (std::abs(preprocessor.number("rescale_factor", 0, 1, 1.0 / 255) - 1.0 / 255) > 1e-9)
        preprocessor.refuse("rescale_factor", "1/255");
    expectColours(preprocessor, "image_mean", mean);
    expectColours(preprocessor, "image_std", deviation);
}

} // namespace prunescope::model
