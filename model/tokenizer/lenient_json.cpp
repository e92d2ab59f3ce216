#include "model/tokenizer/lenient_json.h"

#include "model/tokenizer/unicode.h"

#include <cctype>
#include <cstdint>

namespace prunescope::model {

namespace {

class LenientJson {
public:
    explicit LenientJson(std::string_view text) : m_text(text) {}

    /// What `opening` begins at `at`; nothing when something else does, or it does not end.
    std::optional<LenientValue> valueAt(std::size_t at, char opening) {
        m_at = at;
        if (peek() != opening)
            return std::nullopt;
        return value(0);
    }

private:
    static constexpr int kDeepest = 40;

    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }

    void skipSpace() {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
    }

    bool skip(char expected) {
        skipSpace();
        const bool found = m_at < m_text.size() && m_text[m_at] == expected;
        m_at += found ? 1 : 0;
        return found;
    }

    std::optional<LenientValue> value(int depth) {
        skipSpace();
        LenientValue result;
        result.begin = m_at;
        const char first = peek();
        const bool read = first == '{'                    ? object(result, depth)
                          : first == '['                  ? array(result, depth)
                          : first == '"' || first == '\'' ? string(result)
                                                          : scalar(result);
        result.end = m_at;
        return read ? std::optional(std::move(result)) : std::nullopt;
    }

    bool object(LenientValue& result, int depth) {
        result.kind = LenientValue::Kind::Object;
        for (++m_at; !skip('}');) {
            LenientValue key;
            if (depth == kDeepest || !string(key) || !skip(':'))
                return false;
            auto read = value(depth + 1);
            if (!read)
                return false;
            result.keys.push_back(std::move(key.text));
            result.items.push_back(std::move(*read));
            if (!separated('}'))
                return false;
        }
        return true;
    }

    bool array(LenientValue& result, int depth) {
        result.kind = LenientValue::Kind::Array;
        for (++m_at; !skip(']');) {
            auto read = depth == kDeepest ? std::nullopt : value(depth + 1);
            if (!read || (result.items.push_back(std::move(*read)), !separated(']')))
                return false;
        }
        return true;
    }

    /// A comma, or the end that follows.
    bool separated(char closing) {
        skipSpace();
        return skip(',') || peek() == closing;
    }

    bool scalar(LenientValue& result) {
        const auto belongs = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+' || c == '.' || c == '_';
        };
        while (m_at < m_text.size() && belongs(m_text[m_at]))
            result.text += m_text[m_at++];
        return !result.text.empty();
    }

    bool string(LenientValue& result) {
        result.kind = LenientValue::Kind::String;
        const char quote = peek();
        if (quote != '"' && quote != '\'')
            return false;
        std::string bytes;
        for (++m_at; m_at < m_text.size(); ++m_at) {
            if (m_text[m_at] == quote) {
                ++m_at;
                result.text = validUtf8(bytes);
                return true;
            }
            if (m_text[m_at] == '\\')
                escape(bytes);
            else
                bytes += m_text[m_at];
        }
        return false;
    }

    /// `m_at` is on the backslash, and ends on the last character of the escape.
    void escape(std::string& bytes) {
        constexpr std::string_view kNames = "nrtbf";
        constexpr std::string_view kMeanings = "\n\r\t\b\f";
        const char name = m_at + 1 < m_text.size() ? m_text[++m_at] : '\\';
        if (name == 'u')
            appendUtf8(bytes, unicodeEscape());
        else if (const std::size_t i = kNames.find(name); i != std::string_view::npos)
            bytes += kMeanings[i];
        else
            bytes += name;
    }

    /// After `\u`: a character, from two escapes if need be; U+FFFD when the digits are missing.
    char32_t unicodeEscape() {
        constexpr char32_t kUnknown = 0xFFFD;
        const char32_t high = hexDigits().value_or(kUnknown);
        if (high < 0xD800 || high > 0xDFFF)
            return high;
        const std::size_t back = m_at;
        if (high < 0xDC00 && m_text.substr(m_at + 1, 2) == "\\u") {
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
            const std::size_t digit = m_at + i < m_text.size() ? kHex.find(m_text[m_at + i]) : std::string_view::npos;
            if (digit == std::string_view::npos)
                return std::nullopt;
            code = code << 4 | static_cast<char32_t>(digit < 16 ? digit : digit - 6);
        }
        m_at += 4;
        return code;
    }

    static constexpr std::string_view kHex = "0123456789abcdefABCDEF";

    std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

std::optional<LenientValue> readLenientObject(std::string_view text, std::size_t at) {
    return LenientJson(text).valueAt(at, '{');
}

std::optional<LenientValue> readLenientArray(std::string_view text, std::size_t at) {
    return LenientJson(text).valueAt(at, '[');
}

} // namespace prunescope::model
