#include "model/datasets/list_cell.h"

#include "core/base/format.h"
#include "core/base/python_number.h"
#include "model/tokenizer/unicode.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>

namespace prunescope::model {

namespace {

/// Reads a list as Python's literal_eval does, flat ones of texts, numbers and names only.
class PythonList {
public:
    explicit PythonList(std::string_view text) : m_text(text) {}

    std::optional<std::vector<std::string>> read() {
        skip('[');
        bool more = true; // nothing, or a comma, stands before
        while (!skip(']')) {
            if (!more || !readEntry())
                return std::nullopt;
            more = skip(',');
        }
        return m_at == m_text.size() ? std::optional(std::move(m_entries)) : std::nullopt;
    }

private:
    char next() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    void skipBlanks() {
        while (std::isspace(static_cast<unsigned char>(next())))
            ++m_at;
    }

    bool skip(char c) {
        skipBlanks();
        if (next() != c)
            return false;
        ++m_at;
        return true;
    }

    bool readEntry() {
        skipBlanks();
        return next() == '\'' || next() == '"' ? readText() : readWord();
    }

    bool readText() {
        const char quote = m_text[m_at++];
        std::string text;
        while (next() != quote) {
            if (m_at >= m_text.size() || next() == '\n' || !readCharacter(text))
                return false;
        }
        ++m_at;
        m_entries.push_back(std::move(text));
        return true;
    }

    bool readCharacter(std::string& text) {
        if (next() != '\\') {
            const std::size_t end = std::min(m_text.find_first_of("\\'\"\n", m_at + 1), m_text.size());
            text += m_text.substr(m_at, end - m_at); // pictures have millions of characters
            m_at = end;
            return true;
        }
        ++m_at;
        return m_at < m_text.size() && readEscape(text, m_text[m_at++]);
    }

    bool readEscape(std::string& text, char letter) {
        constexpr std::string_view kLetters = "\\'\"abfnrtv", kMeant = "\\'\"\a\b\f\n\r\t\v";
        if (const std::size_t found = kLetters.find(letter); found != std::string_view::npos)
            text += kMeant[found];
        else if (letter == 'x' || letter == 'u' || letter == 'U')
            return readCode(text, letter == 'x' ? 2 : letter == 'u' ? 4 : 8);
        else if (letter >= '0' && letter <= '7') // rare, and not what anybody means
            return false;
        else if (letter != '\n') // at the end of a line it joins two
            (text += '\\') += letter;
        return true;
    }

    bool readCode(std::string& text, std::size_t digits) {
        std::uint32_t code = 0;
        const std::string_view hex = m_text.substr(m_at, digits);
        const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), code, 16);
        const bool isCharacter = code < 0x110000 && (code < 0xd800 || code > 0xdfff);
        if (hex.size() != digits || error != std::errc() || end != hex.data() + digits || !isCharacter)
            return false;
        appendUtf8(text, static_cast<char32_t>(code));
        m_at += digits;
        return true;
    }

    bool readWord() {
        const std::size_t end = std::min(m_text.find_first_of(",] \t\r\n", m_at), m_text.size());
        const std::string_view word = m_text.substr(m_at, end - m_at);
        m_at = end;
        const auto printed = word == "True" || word == "False" || word == "None" ? std::optional(std::string(word))
                                                                                 : printedNumber(word);
        if (printed)
            m_entries.push_back(*printed);
        return printed.has_value();
    }

    static std::optional<std::string> printedNumber(std::string_view word) {
        const std::string_view digits = word.substr(word.starts_with('-') || word.starts_with('+') ? 1 : 0);
        if (digits.empty() || digits.find_first_not_of("0123456789.eE+-") != std::string_view::npos)
            return std::nullopt;
        if (std::ranges::all_of(digits, [](unsigned char c) { return std::isdigit(c); })) {
            const bool leadingZero = digits.size() > 1 && digits.front() == '0';
            return leadingZero ? std::nullopt : std::optional((word.front() == '-' ? "-" : "") + std::string(digits));
        }
        double value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc() || end != digits.data() + digits.size())
            return std::nullopt;
        return pythonNumber(word.front() == '-' ? -value : value);
    }

    std::string_view m_text;
    std::size_t m_at = 0;
    std::vector<std::string> m_entries;
};

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
    return PythonList(trimmed(cell)).read();
}

} // namespace prunescope::model
