#include "core/base/json_fields.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <optional>

namespace prunescope {

namespace {

/// As in the file, shortened; one line of whole characters.
std::string shortDump(const nlohmann::json& value) {
    constexpr std::size_t kLongest = 60;
    const std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace); // ASCII
    return text.size() <= kLongest ? text : text.substr(0, kLongest) + "...";
}

/// " (line 3, column 7)" of what the parser stumbled over; empty where it names no place.
std::string placeIn(const nlohmann::json::exception& problem) {
    const std::string what = problem.what();
    const auto begin = what.find("line "), end = what.find(':', begin == std::string::npos ? 0 : begin);
    return begin == std::string::npos || end == std::string::npos ? "" : " (" + what.substr(begin, end - begin) + ")";
}

template <typename Source>
nlohmann::json parsed(Source& source, const std::string& where) {
    const auto checkDepth = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        if (depth > kDeepestJson)
            throw Error(ErrorKind::BadFile,
                        where + ": JSON nested more than " + std::to_string(kDeepestJson) + " deep");
        return true;
    };
    try {
        return nlohmann::json::parse(source, checkDepth);
    } catch (const nlohmann::json::exception& problem) {
        throw Error(ErrorKind::BadFile, where + ": not valid JSON" + placeIn(problem));
    }
}

const nlohmann::json* memberOf(const nlohmann::json& object, const char* name) {
    const auto it = object.find(name);
    return it == object.end() || it->is_null() ? nullptr : &*it;
}

/// Nothing for what is no whole number or one that 64 bits do not hold.
std::optional<std::int64_t> wholeNumber(const nlohmann::json& value) {
    constexpr double kEnd = 9223372036854775808.0; // 2^63
    if (value.is_number_float()) {
        const auto number = value.get<double>();
        const bool whole = number >= -kEnd && number < kEnd && number == std::trunc(number);
        return whole ? std::optional(static_cast<std::int64_t>(number)) : std::nullopt;
    }
    const bool large = value.is_number_unsigned() && value.get<std::uint64_t>() > std::uint64_t{INT64_MAX};
    return value.is_number_integer() && !large ? std::optional(value.get<std::int64_t>()) : std::nullopt;
}

} // namespace

nlohmann::json readJsonFile(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        throw Error(ErrorKind::NotFound, path + ": no such file");
    if (!std::filesystem::is_regular_file(path, ignored)) // a pipe may never end
        throw Error(ErrorKind::BadFile, path + ": not a file");
    std::ifstream in(path, std::ios::binary);
    if (!in)
        throw Error(ErrorKind::BadFile, path + ": can't be read");
    return parsed(in, path);
}

nlohmann::json parseJson(const std::string& text, const std::string& where) {
    return parsed(text, where);
}

JsonFields::JsonFields(const nlohmann::json& object, std::string where, std::string prefix)
    : m_object(object), m_where(std::move(where)), m_prefix(std::move(prefix)) {
    if (!object.is_object())
        throw Error(ErrorKind::BadFile,
                    m_where + ": " + (m_prefix.empty() ? "" : m_prefix + " is ") + "no JSON object");
}

JsonFields JsonFields::withDefaults(const nlohmann::json& defaults) const {
    JsonFields fields = *this;
    fields.m_defaults = &defaults;
    return fields;
}

const nlohmann::json* JsonFields::find(const char* name) const {
    const nlohmann::json* member = memberOf(m_object, name);
    return member || !m_defaults ? member : memberOf(*m_defaults, name);
}

bool JsonFields::has(const char* name) const {
    return find(name) != nullptr;
}

/// "hidden_size is 64", "hidden_size is missing", "hidden_size is missing, which means 64".
std::string JsonFields::found(const char* name) const {
    const nlohmann::json* member = memberOf(m_object, name);
    const std::string text = m_prefix + name + (member ? " is " + shortDump(*member) : " is missing");
    const nlohmann::json* meant = member ? nullptr : find(name);
    return meant ? text + ", which means " + shortDump(*meant) : text;
}

void JsonFields::fail(const char* name, const std::string& expected) const {
    throw Error(ErrorKind::BadFile, m_where + ": " + found(name) + ", expected " + expected);
}

void JsonFields::refuse(const char* name, const std::string& expected) const {
    throw Error(ErrorKind::Unsupported, m_where + ": " + found(name) + ", expected " + expected);
}

JsonFields JsonFields::object(const char* name) const {
    const nlohmann::json* found = find(name);
    if (!found || !found->is_object())
        fail(name, "an object");
    return JsonFields(*found, m_where, m_prefix + name + ".");
}

std::int64_t JsonFields::integer(const char* name, std::int64_t low, std::int64_t high) const {
    const nlohmann::json* found = find(name);
    if (const auto value = found ? wholeNumber(*found) : std::nullopt; value && *value >= low && *value <= high)
        return *value;
    fail(name, "a whole number from " + std::to_string(low) + " to " + std::to_string(high));
}

std::int64_t JsonFields::integer(const char* name, std::int64_t low, std::int64_t high, std::int64_t fallback) const {
    return has(name) ? integer(name, low, high) : fallback;
}

std::uint64_t JsonFields::unsignedInteger(const char* name) const {
    const nlohmann::json* found = find(name);
    // A value that a program puts in instead of parsing it may be signed.
    if (found && found->is_number_integer() && (found->is_number_unsigned() || found->get<std::int64_t>() >= 0))
        return found->get<std::uint64_t>();
    fail(name, "a whole number from 0 to " + std::to_string(std::numeric_limits<std::uint64_t>::max()));
}

double JsonFields::number(const char* name, double low, double high) const {
    const nlohmann::json* found = find(name);
    if (found && found->is_number())
        if (const auto value = found->get<double>(); value >= low && value <= high)
            return value;
    fail(name, "a number from " + nlohmann::json(low).dump() + " to " + nlohmann::json(high).dump());
}

double JsonFields::number(const char* name, double low, double high, double fallback) const {
    return has(name) ? number(name, low, high) : fallback;
}

void JsonFields::expectInteger(const char* name, std::int64_t expected) const {
    if (const nlohmann::json* found = find(name); found && *found != nlohmann::json(expected))
        refuse(name, std::to_string(expected));
}

void JsonFields::expectText(const char* name, const std::string& expected) const {
    if (const nlohmann::json* found = find(name); found && *found != nlohmann::json(expected))
        refuse(name, "\"" + expected + "\"");
}

bool JsonFields::boolean(const char* name) const {
    const nlohmann::json* found = find(name);
    if (!found || !found->is_boolean())
        fail(name, "true or false");
    return found->get<bool>();
}

bool JsonFields::boolean(const char* name, bool fallback) const {
    return has(name) ? boolean(name) : fallback;
}

std::string JsonFields::text(const char* name) const {
    const nlohmann::json* found = find(name);
    if (!found || !found->is_string())
        fail(name, "a text");
    return found->get<std::string>();
}

std::string JsonFields::text(const char* name, const std::string& fallback) const {
    return has(name) ? text(name) : fallback;
}

std::vector<std::int64_t> JsonFields::integers(const char* name, std::int64_t low, std::int64_t high,
                                               const std::vector<std::int64_t>& fallback) const {
    const nlohmann::json* found = find(name);
    if (!found)
        return fallback;
    std::vector<std::int64_t> values;
    for (const nlohmann::json& item : found->is_array() ? *found : nlohmann::json::array({*found})) {
        const auto value = wholeNumber(item);
        if (!value || *value < low || *value > high)
            fail(name, "whole numbers from " + std::to_string(low) + " to " + std::to_string(high));
        values.push_back(*value);
    }
    return values;
}

std::vector<double> JsonFields::numbers(const char* name, double low, double high) const {
    const nlohmann::json* found = find(name);
    std::vector<double> values;
    if (!found || !found->is_array())
        fail(name, "a list of numbers");
    for (const nlohmann::json& item : *found) {
        if (!item.is_number() || !(item.get<double>() >= low && item.get<double>() <= high))
            fail(name, "numbers from " + shortNumber(low) + " to " + shortNumber(high));
        values.push_back(item.get<double>());
    }
    return values;
}

nlohmann::ordered_json compactNumber(double value) {
    constexpr double kExact = 9007199254740992;
    if (std::abs(value) <= kExact && value == std::floor(value))
        return static_cast<std::int64_t>(value);
    return value;
}

} // namespace prunescope
