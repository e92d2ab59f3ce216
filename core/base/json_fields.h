#pragma once

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace prunescope {

/// Deepest nesting that a file may have: no config or log comes near, and what copies, compares or writes the values
/// does so recursively.
inline constexpr int kDeepestJson = 100;

/// Parses JSON. Throws Error(BadFile) that begins with `where` for text that is not JSON or nested too deep.
nlohmann::json parseJson(const std::string& text, const std::string& where);

/// Reads a JSON file. Throws Error(NotFound) or Error(BadFile) with the path.
nlohmann::json readJsonFile(const std::string& path);

/// Typed look at one JSON object of a file. null is as good as nothing, and a whole number may be written as 4096.0.
/// Every failure is an Error(BadFile) such as
/// "config.json: text_config.hidden_size is -1, expected a number from 1 to 1048576".
class JsonFields {
public:
    /// `where` is the path of the file, or what the object is; `object` must outlive this.
    JsonFields(const nlohmann::json& object, std::string where, std::string prefix = {});

    /// The same with what is meant by a field that is missing, which messages tell from one that is there. `defaults`
    /// is an object and must outlive what is returned.
    JsonFields withDefaults(const nlohmann::json& defaults) const;
    /// A nested object, which must be there.
    JsonFields object(const char* name) const;
    bool has(const char* name) const;
    std::int64_t integer(const char* name, std::int64_t low, std::int64_t high) const;
    std::int64_t integer(const char* name, std::int64_t low, std::int64_t high, std::int64_t fallback) const;
    /// Any number that 64 bits hold without a sign.
    std::uint64_t unsignedInteger(const char* name) const;
    double number(const char* name, double low, double high) const;
    double number(const char* name, double low, double high, double fallback) const;
    bool boolean(const char* name) const;
    bool boolean(const char* name, bool fallback) const;
    std::string text(const char* name) const;
    std::string text(const char* name, const std::string& fallback) const;
    /// A list of integers, or a single one.
    std::vector<std::int64_t> integers(const char* name, std::int64_t low, std::int64_t high,
                                       const std::vector<std::int64_t>& fallback) const;
    /// A list of numbers, which must be there.
    std::vector<double> numbers(const char* name, double low, double high) const;
    /// Throws Error(Unsupported) when the field is there with another value.
    void expectInteger(const char* name, std::int64_t expected) const;
    void expectText(const char* name, const std::string& expected) const;
    /// Throws Error(BadFile): "`file`: `field` is `found`, expected `expected`".
    [[noreturn]] void fail(const char* name, const std::string& expected) const;
    /// Throws Error(Unsupported): "`file`: `field` is `found`, expected `expected`".
    [[noreturn]] void refuse(const char* name, const std::string& expected) const;
    const nlohmann::json& json() const { return m_object; }
    /// `where` as it was given, for objects inside this one that are in lists.
    const std::string& where() const { return m_where; }
    const std::string& prefix() const { return m_prefix; }

private:
    const nlohmann::json* find(const char* name) const;
    std::string found(const char* name) const;

    const nlohmann::json& m_object;
    const nlohmann::json* m_defaults = nullptr;
    std::string m_where;
    std::string m_prefix;
};

/// A number as an integer where it is one: 3 and not 3.0.
nlohmann::ordered_json compactNumber(double value);

} // namespace prunescope
