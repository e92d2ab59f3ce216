#include "model/datasets/list_cell.h"

#include "core/base/format.h"
#include "core/base/python_number.h"
#include "model/scores/python_values.h"

#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

std::optional<std::string> printed(const nlohmann::json& value) {
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_boolean())
        return value.get<bool>() ? "True" : "False";
    if (value.is_number_float())
        return pythonNumber(value.get<double>());
    return value.is_number() ? std::optional(value.dump()) : std::nullopt;
}

std::optional<std::vector<std::string>> jsonList(std::string_view text) {
    const nlohmann::json list = nlohmann::json::parse(text, nullptr, false);
    if (!list.is_array())
        return std::nullopt;
    std::vector<std::string> entries;
    for (const nlohmann::json& value : list) {
        auto entry = printed(value);
        if (!entry)
            return std::nullopt;
        entries.push_back(std::move(*entry));
    }
    return entries;
}

} // namespace

bool looksLikeList(std::string_view cell) {
    cell = trimmed(cell);
    return cell.size() >= 2 && cell.front() == '[' && cell.back() == ']';
}

std::optional<std::vector<std::string>> listOf(std::string_view cell) {
    if (!looksLikeList(cell))
        return std::nullopt;
    if (auto entries = jsonList(trimmed(cell)))
        return entries;
    return pythonList(trimmed(cell));
}

} // namespace prunescope::model
