#include "model/io/json_fields.h"

#include "core/base/error.h"

#include <filesystem>
#include <fstream>

namespace prunescope::model {

namespace {

/// As in the file, shortened; one line of whole characters.
std::string shortDump(const nlohmann::json& value) {
    constexpr std::size_t kLongest = 60;
    const std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace); // ASCII
    return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

} // namespace

nlohmann::json readJsonFile(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        throw Error(ErrorKind::NotFound, path + ": no such file");
    if (!std::filesystem::is_regular_file(path, ignored)) // a pipe may never end
        throw Error(ErrorKind::BadFile, path + ": not a file");
    std::ifstream in(path, std::ios::binary);
    const auto checkDepth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        if (depth > kDeepestJson) // what walks the values later does so recursively
            throw Error(ErrorKind::BadFile, path + ": JSON nested more than " + std::to_string(kDeepestJson) + " deep");
        return true;
    };
    auto json = nlohmann::json::parse(in, checkDepth, false);
    if (!in && !in.eof())
        throw Error(ErrorKind::BadFile, path + ": can't be read");
    if (json.is_discarded())
        throw Error(ErrorKind::BadFile, path + ": not valid JSON");
    return json;
}

JsonFields::JsonFields(const nlohmann::json& object, std::string where, std::string prefix)
    : m_object(object), m_where(std::move(where)), m_prefix(std::move(prefix)) {
    if (!object.is_object())
        throw Error(ErrorKind::BadFile,
                    m_where + ": " + (m_prefix.empty() ? "" : m_prefix + " is ") + "no JSON object");
}

const nlohmann::json* JsonFields::find(const char* name) const {
    const auto it = m_object.find(name);
    return it == m_object.end() || it->is_null() ? nullptr : &*it;
}

bool JsonFields::has(const char* name) const {
    return find(name) != nullptr;
}

void JsonFields::fail(const char* name, const std::string& expected) const {
    const nlohmann::json* found = find(name);
    throw Error(ErrorKind::BadFile, m_where + ": " + m_prefix + name +
                                        (found ? " is " + shortDump(*found) : " is missing") + ", expected " +
                                        expected);
}

void JsonFields::refuse(const char* name, const std::string& expected) const {
    const nlohmann::json* found = find(name);
    throw Error(ErrorKind::Unsupported, m_where + ": " + m_prefix + name + " is " +
                                            (found ? shortDump(*found) : "missing") + ", expected " + expected);
}

JsonFields JsonFields::object(const char* name) const {
    const nlohmann::json* found = find(name);
    if (!found || !found->is_object())
        fail(name, "an object");
    return JsonFields(*found, m_where, m_prefix + name + ".");
}

std::int64_t JsonFields::integer(const char* name, std::int64_t low, std::int64_t high) const {
    const nlohmann::json* found = find(name);
    if (found && found->is_number_integer())
        if (const auto value = found->get<std::int64_t>(); value >= low && value <= high)
            return value;
    fail(name, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
}

std::int64_t JsonFields::integer(const char* name, std::int64_t low, std::int64_t high, std::int64_t fallback) const {
    return has(name) ? integer(name, low, high) : fallback;
}

double JsonFields::number(const char* name, double low, double high, double fallback) const {
    const nlohmann::json* found = find(name);
    if (!found)
        return fallback;
    if (found->is_number())
        if (const auto value = found->get<double>(); value >= low && value <= high)
            return value;
    fail(name, "a number from " + nlohmann::json(low).dump() + " to " + nlohmann::json(high).dump());
}

void JsonFields::expectInteger(const char* name, std::int64_t expected) const {
    if (const nlohmann::json* found = find(name); found && *found != nlohmann::json(expected))
        refuse(name, std::to_string(expected));
}

void JsonFields::expectText(const char* name, const std::string& expected) const {
    if (const nlohmann::json* found = find(name); found && *found != nlohmann::json(expected))
        refuse(name, "\"" + expected + "\"");
}

bool JsonFields::boolean(const char* name, bool fallback) const {
    const nlohmann::json* found = find(name);
    if (!found)
        return fallback;
    if (!found->is_boolean())
        fail(name, "true or false");
    return found->get<bool>();
}

std::string JsonFields::text(const char* name, const std::string& fallback) const {
    const nlohmann::json* found = find(name);
    if (!found)
        return fallback;
    if (!found->is_string())
        fail(name, "a text");
    return found->get<std::string>();
}

std::vector<std::int64_t> JsonFields::integers(const char* name, std::int64_t low, std::int64_t high,
                                               const std::vector<std::int64_t>& fallback) const {
    const nlohmann::json* found = find(name);
    if (!found)
        return fallback;
    std::vector<std::int64_t> values;
    for (const nlohmann::json& item : found->is_array() ? *found : nlohmann::json::array({*found})) {
        if (!item.is_number_integer() || item.get<std::int64_t>() < low || item.get<std::int64_t>() > high)
            fail(name, "whole numbers from " + std::to_string(low) + " to " + std::to_string(high));
        values.push_back(item.get<std::int64_t>());
    }
    return values;
}

} // namespace prunescope::model
