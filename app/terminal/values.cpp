#include "app/terminal/values.h"

#include "app/terminal/standard_input.h"
#include "core/base/error.h"
#include "core/base/format.h"

#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>

namespace prunescope::app {

namespace {

/// from_chars takes neither blanks, nor a plus sign, nor anything that depends on the locale.
template <typename T>
std::optional<T> wholeText(const std::string& text) {
    T value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc() || stop != end)
        return {};
    return value;
}

template <typename T>
std::string describe(const char* noun, Range<T> range, std::string (*toText)(T)) {
    const bool hasLeast = range.least != std::numeric_limits<T>::lowest();
    const bool hasMost = range.most != std::numeric_limits<T>::max();
    std::string text = noun;
    if (hasLeast && hasMost)
        return text + " from " + toText(range.least) + " to " + toText(range.most);
    if (hasLeast)
        return text + " of at least " + toText(range.least);
    return hasMost ? text + " of at most " + toText(range.most) : text;
}

[[noreturn]] void refuse(const std::string& option, const std::string& text, const std::string& expected) {
    throw Error(ErrorKind::Usage, option + ": found \"" + text + "\", expected " + expected);
}

std::string integerText(std::int64_t value) {
    return std::to_string(value);
}

} // namespace

double parseNumber(const std::string& option, const std::string& text, Range<double> range) {
    const std::optional<double> value = wholeText<double>(text);
    if (!value || !std::isfinite(*value) || *value < range.least || *value > range.most)
        refuse(option, text, describe("a number", range, &shortNumber));
    return *value;
}

std::int64_t parseInteger(const std::string& option, const std::string& text, Range<std::int64_t> range) {
    const std::optional<std::int64_t> value = wholeText<std::int64_t>(text);
    if (!value || *value < range.least || *value > range.most)
        refuse(option, text, describe("a whole number", range, &integerText));
    return *value;
}

std::uint64_t parseUnsigned(const std::string& option, const std::string& text) {
    const std::optional<std::uint64_t> value = wholeText<std::uint64_t>(text);
    if (!value)
        refuse(option, text, "a whole number from 0 to " + std::to_string(std::numeric_limits<std::uint64_t>::max()));
    return *value;
}

void withOptionName(const std::string& option, const std::function<void()>& check) {
    try {
        check();
    } catch (const Error& error) {
        std::string message = error.what();
        if (const std::string plain = option.substr(2) + ": "; message.starts_with(plain))
            message.erase(0, plain.size());
        throw Error(error.kind(), option + ": " + message);
    }
}

void requireFolderOf(const std::string& option, const std::string& output) {
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::path(output).parent_path();
    if (!folder.empty() && !std::filesystem::is_directory(folder, ignored))
        throw Error(ErrorKind::WriteFailed, option + ": no folder " + folder.string() + ", expected one that is there");
}

void refuseToOverwrite(const std::string& option, const std::string& output, const std::string& input) {
    std::error_code ignored; // a file that is not there yet is no problem
    const std::string read = input == kDash ? "/dev/stdin" : input;
    if (!output.empty() && std::filesystem::equivalent(output, read, ignored))
        throw Error(ErrorKind::Usage, option + ": " + output + " is what is read, expected another file");
}

} // namespace prunescope::app
