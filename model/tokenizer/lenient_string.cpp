#include "model/tokenizer/lenient_string.h"

#include "model/tokenizer/unicode.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace prunescope::model {

namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::size_t kFarthestInnerQuote = 256; ///< bytes of a string with quotes in it
constexpr std::size_t kLongestKey = 40;
constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kQuotes = "\"'";

bool belongsToName(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool isOneOf(std::string_view characters, char c) {
    return c != '\0' && characters.find(c) != kNowhere;
}

std::size_t behindBlanks(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(kBlanks, std::min(at, text.size())), text.size());
}

char characterAt(std::string_view text, std::size_t at) {
    return at < text.size() ? text[at] : '\0';
}

/// Whether a name and what separates it from its value stand there, with or without quotes.
bool isKey(std::string_view text, std::size_t at) {
    const bool isQuoted = isOneOf(kQuotes, characterAt(text, at));
    std::size_t end = at + (isQuoted ? 1 : 0);
    const std::size_t begin = end;
    while (end - begin < kLongestKey && belongsToName(characterAt(text, end)))
        ++end;
    if (end == begin || (isQuoted && characterAt(text, end++) != text[at]))
        return false;
    return isOneOf(":=", characterAt(text, behindBlanks(text, end)));
}

/// Whether what follows a quote says that it ends its string.
bool endsValue(std::string_view text, std::size_t behindQuote) {
    const std::size_t next = behindBlanks(text, behindQuote);
    if (next == text.size() || isOneOf("}])", text[next]))
        return true;
    if (text[next] != ',')
        return isOneOf(kQuotes, text[next]) && isKey(text, next);
    const std::size_t item = behindBlanks(text, next + 1);
    const char first = characterAt(text, item);
    return item == text.size() || isOneOf("\"'{[(}])-.", first) ||
           std::isdigit(static_cast<unsigned char>(first)) != 0 || isKey(text, item);
}

constexpr std::string_view kHex = "0123456789abcdefABCDEF";

/// Takes the escapes of a string away.
class Unescaper {
public:
    explicit Unescaper(std::string_view written) : m_written(written) {}

    std::string text() {
        for (; m_at < m_written.size(); ++m_at)
            if (m_written[m_at] == '\\')
                escape();
            else
                m_bytes += m_written[m_at];
        return validUtf8(m_bytes);
    }

private:
    /// `m_at` is on the backslash, and ends on the last character of the escape.
    void escape() {
        constexpr std::string_view kNames = "nrtbf";
        constexpr std::string_view kMeanings = "\n\r\t\b\f";
        const char name = m_at + 1 < m_written.size() ? m_written[++m_at] : '\\';
        if (name == 'u')
            appendUtf8(m_bytes, unicodeEscape());
        else if (const std::size_t i = kNames.find(name); i != kNowhere)
            m_bytes += kMeanings[i];
        else
            m_bytes += name;
    }

    /// After `\u`: a character, from two escapes if need be; U+FFFD when the digits are missing.
    char32_t unicodeEscape() {
        constexpr char32_t kUnknown = 0xFFFD;
        const char32_t high = hexDigits().value_or(kUnknown);
        if (high < 0xD800 || high > 0xDFFF)
            return high;
        const std::size_t back = m_at;
        if (high < 0xDC00 && m_written.substr(m_at + 1, 2) == "\\u") {
            m_at += 2;
            const char32_t low = hexDigits().value_or(kUnknown);
            if (low >= 0xDC00 && low <= 0xDFFF)
                return 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
            m_at = back;
        }
        return kUnknown;
    }

    /// The four digits after `m_at`.
    std::optional<char32_t> hexDigits() {
        char32_t code = 0;
        for (std::size_t i = 1; i <= 4; ++i) {
            const std::size_t digit = m_at + i < m_written.size() ? kHex.find(m_written[m_at + i]) : kNowhere;
            if (digit == kNowhere)
                return std::nullopt;
            code = code << 4 | static_cast<char32_t>(digit < 16 ? digit : digit - 6);
        }
        m_at += 4;
        return code;
    }

    std::string_view m_written;
    std::size_t m_at = 0;
    std::string m_bytes;
};

} // namespace

std::size_t lenientStringEnd(std::string_view text, std::size_t begin) {
    const char quote = text[begin - 1];
    std::size_t first = kNowhere;
    for (std::size_t at = begin; at < text.size(); ++at) {
        const bool isTooFar = at - begin > kFarthestInnerQuote || text[at] == '\n';
        if (first != kNowhere && isTooFar)
            break;
        if (text[at] == '\\')
            ++at;
        else if (text[at] == quote) {
            if (endsValue(text, at + 1))
                return at;
            first = std::min(first, at);
        }
    }
    return first;
}

std::size_t lenientKeyEnd(std::string_view text, std::size_t begin) {
    for (std::size_t at = begin; at < text.size(); ++at)
        if (text[at] == '\\')
            ++at;
        else if (text[at] == text[begin - 1])
            return at;
    return kNowhere;
}

std::string withoutEscapes(std::string_view written) {
    return Unescaper(written).text();
}

} // namespace prunescope::model
