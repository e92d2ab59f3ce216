#include "model/scores/python_values.h"

#include "core/base/python_number.h"
#include "model/scores/python_text.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

namespace prunescope {

namespace {

/// Digits of any script as those of ASCII; an underscore between two digits is left out, any other makes it no number.
std::optional<std::string> asciiNumber(std::u32string_view text) {
    std::string number;
    bool digitBefore = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int digit = digitValue(text[i]);
        if (text[i] == U'_') {
            if (!digitBefore || i + 1 == text.size() || digitValue(text[i + 1]) < 0)
                return {};
        } else if (digit < 0 && text[i] >= 0x80) {
            return {};
        } else {
            number += digit >= 0 ? static_cast<char>('0' + digit) : static_cast<char>(text[i]);
        }
        digitBefore = digit >= 0;
    }
    return number;
}

bool takeSign(std::string_view& number) {
    const bool negative = number.starts_with('-');
    if (negative || number.starts_with('+'))
        number.remove_prefix(1);
    return negative;
}

/// The power of ten of the first digit that is not 0, of a number which is too large or too small for a double.
double powerOfTen(std::string_view number) {
    const std::size_t mark = std::min(number.find_first_of("eE"), number.size());
    const std::size_t point = std::min(number.find('.'), mark);
    const std::size_t first = std::min(number.find_first_not_of("0."), mark);
    std::string_view exponent = number.substr(std::min(mark + 1, number.size()));
    const bool negative = takeSign(exponent);
    constexpr double kEndless = 1e18;
    std::int64_t power = 0;
    const auto [end, error] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), power);
    const double shown = error == std::errc::result_out_of_range ? kEndless : static_cast<double>(power);
    return static_cast<double>(point) - static_cast<double>(first) + (negative ? -shown : shown);
}

std::optional<double> unsignedNumber(std::string_view number) {
    const std::string lower = utf8(lowerCase(codePoints(number)));
    if (lower == "inf" || lower == "infinity")
        return std::numeric_limits<double>::infinity();
    if (lower == "nan")
        return std::numeric_limits<double>::quiet_NaN();
    // from_chars takes a sign, and reads no further than it understands.
    if (number.empty() || number.find_first_not_of("0123456789.eE+-") != number.npos || number.front() == '-')
        return {};
    double value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc::invalid_argument || end != number.data() + number.size())
        return {};
    if (error == std::errc::result_out_of_range)
        return powerOfTen(number) > 0 ? std::numeric_limits<double>::infinity() : 0;
    return value;
}

} // namespace

std::optional<double> pythonFloat(std::u32string_view text) {
    const std::optional<std::string> number = asciiNumber(stripped(text));
    if (!number)
        return {};
    std::string_view rest = *number;
    const bool negative = takeSign(rest);
    const std::optional<double> value = unsignedNumber(rest);
    return value && negative ? -*value : value;
}

std::optional<std::u32string> pythonInteger(std::u32string_view text) {
    const std::optional<std::string> number = asciiNumber(stripped(text));
    if (!number)
        return {};
    std::string_view digits = *number;
    const bool negative = takeSign(digits);
    if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos)
        return {};
    const std::size_t first = digits.find_first_not_of('0');
    if (first == digits.npos)
        return U"0";
    return codePoints((negative ? "-" : "") + std::string(digits.substr(first)));
}

std::optional<std::u32string> pythonInteger(double value) {
    if (!std::isfinite(value))
        return {};
    char text[400];                               // the largest double has 309 digits
    const double whole = std::trunc(value) + 0.0; // no -0
    const auto end = std::to_chars(text, text + sizeof text, whole, std::chars_format::fixed, 0).ptr;
    return codePoints({text, static_cast<std::size_t>(end - text)});
}

namespace {

/// Reads the text of a Python list from left to right.
class ListReader {
public:
    explicit ListReader(std::string_view text) : m_text(text) {}

    std::optional<std::vector<std::string>> read() {
        std::vector<std::string> entries;
        if (!take('['))
            return {};
        while (!take(']')) {
            const std::optional<std::string> entry = entryText();
            if (!entry)
                return {};
            entries.push_back(*entry);
            if (!take(',') && peek() != ']')
                return {};
        }
        skipSpace();
        return m_at == m_text.size() ? std::optional(std::move(entries)) : std::nullopt;
    }

private:
    void skipSpace() {
        while (m_at < m_text.size() && std::string_view(" \t\r\n\f").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
    }
    char peek() {
        skipSpace();
        return m_at < m_text.size() ? m_text[m_at] : '\0';
    }
    bool take(char wanted) {
        const bool there = peek() == wanted && m_at < m_text.size();
        m_at += there ? 1 : 0;
        return there;
    }

    std::optional<std::string> entryText() {
        if (peek() != '\'' && peek() != '"')
            return bareEntry();
        std::string joined; // texts that follow each other are one
        while (peek() == '\'' || peek() == '"')
            if (!appendQuoted(joined))
                return {};
        return joined;
    }

    std::optional<std::string> bareEntry() {
        const std::size_t end = std::min(m_text.find_first_of(",] \t\r\n", m_at), m_text.size());
        const std::string_view word = m_text.substr(m_at, end - m_at);
        m_at = end;
        if (word == "True" || word == "False" || word == "None")
            return std::string(word);
        const std::u32string number = codePoints(word);
        const bool isNumber = word.find_first_not_of("0123456789+-._eE") == word.npos;
        if (const auto whole = pythonInteger(number); whole && isNumber)
            return utf8(*whole);
        const auto value = pythonFloat(number);
        return value && isNumber && std::isfinite(*value) ? std::optional(pythonNumber(*value)) : std::nullopt;
    }

    bool appendQuoted(std::string& text) {
        const char quote = m_text[m_at++];
        for (; m_at < m_text.size(); ++m_at) {
            const char c = m_text[m_at];
            if (c == quote) {
                ++m_at;
                return true;
            }
            if (c == '\n' || (c == '\\' && !takeEscape(text)))
                return false;
            if (c != '\\')
                text += c;
        }
        return false;
    }

    /// At a backslash; ends at the last character that belongs to it.
    bool takeEscape(std::string& text) {
        if (++m_at == m_text.size())
            return false;
        constexpr std::string_view kNames = "\\'\"abfnrtv";
        constexpr std::string_view kMeanings = "\\'\"\a\b\f\n\r\t\v";
        const char name = m_text[m_at];
        if (const std::size_t known = kNames.find(name); known != kNames.npos)
            text += kMeanings[known];
        else if (name == 'x' || name == 'u' || name == 'U')
            return takeCode(text, name == 'x' ? 2 : name == 'u' ? 4 : 8);
        else if (name != '\n')
            text.append({'\\', name}); // Python keeps what it does not know
        return true;
    }

    bool takeCode(std::string& text, std::size_t digits) {
        const std::string_view code = m_text.substr(std::min(m_at + 1, m_text.size()), digits);
        std::uint32_t point = 0;
        const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), point, 16);
        if (error != std::errc() || end != code.data() + digits || point > 0x10FFFF)
            return false;
        const char32_t character = point;
        text += utf8({&character, 1});
        m_at += digits;
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

std::optional<std::vector<std::string>> pythonList(std::string_view text) {
    return ListReader(text).read();
}

} // namespace prunescope
