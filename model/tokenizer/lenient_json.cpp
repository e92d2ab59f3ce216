#include "model/tokenizer/lenient_json.h"

#include "model/tokenizer/lenient_string.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace prunescope::model {

namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::string_view kEllipsis = "\xE2\x80\xA6"; ///< the one character; three points are a scalar

class LenientJson {
public:
    LenientJson(std::string_view text, std::size_t at) : m_text(text), m_begin(at), m_at(at), m_read(at + 1) {}

    LenientRead value() {
        return finished([this](LenientValue& result) { return bracketed(result, 0); });
    }
    LenientRead call() {
        return finished([this](LenientValue& result) { return members(result, 0, ')'); });
    }

private:
    static constexpr int kDeepest = 40;
    static constexpr std::size_t kLongestComment = 200;

    template <typename Read>
    LenientRead finished(Read&& read) {
        LenientRead result;
        result.value.begin = m_begin;
        result.value.complete = read(result.value);
        result.next = std::max(m_at, m_begin + 1);
        result.value.end = result.value.complete ? m_at : std::max(m_read, m_begin + 1);
        return result;
    }

    char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool stands(std::string_view text) const { return m_text.substr(m_at, text.size()) == text; }
    bool isNext(std::string_view characters) const { return peek() != '\0' && characters.find(peek()) != kNowhere; }

    /// Blanks and comments.
    void skipSpace() {
        for (; m_at < m_text.size(); ++m_at) {
            if (stands("//") && comment() != kNowhere)
                m_at += comment();
            else if (!isNext(" \t\r\n"))
                return;
        }
    }

    /// Bytes up to the end of the line; nowhere: a line that long is none.
    std::size_t comment() const { return m_text.substr(m_at, kLongestComment).find('\n'); }

    bool skip(char expected) {
        skipSpace();
        const bool found = m_at < m_text.size() && m_text[m_at] == expected;
        m_at += found ? 1 : 0;
        return found;
    }

    void skipEllipses() {
        skipSpace();
        while (stands("...") || stands(kEllipsis)) {
            m_at += kEllipsis.size(); // of either
            skip(',');
            skipSpace();
        }
    }

    /// Appends the next value to `items`, also an unfinished list or object; false where the text does not go on.
    bool item(std::vector<LenientValue>& items, int depth) {
        skipSpace();
        LenientValue result;
        result.begin = m_at;
        const bool opens = isNext("{[(");
        result.complete = depth < kDeepest && (opens           ? bracketed(result, depth)
                                               : isNext("\"'") ? string(result)
                                                               : scalar(result));
        result.end = result.complete ? m_at : std::max(m_read, result.begin + 1);
        if (result.complete)
            m_read = m_at;
        const bool goesOn = result.complete;
        if (goesOn || opens)
            items.push_back(std::move(result));
        return goesOn;
    }

    bool bracketed(LenientValue& result, int depth) {
        return peek() == '{' ? members(result, depth, '}') : array(result, depth);
    }

    /// What ends a list or object: its own bracket, or one that belongs to what is around it.
    bool closes(char closing) {
        skipSpace();
        if (!isNext("}])"))
            return false;
        const bool isOuter = peek() != closing && (peek() == '}' || closing == '}');
        m_at += isOuter ? 0 : 1;
        return true;
    }

    bool members(LenientValue& result, int depth, char closing) {
        result.kind = LenientValue::Kind::Object;
        for (++m_at;; skip(',')) {
            skipEllipses();
            if (closes(closing))
                return true;
            std::string name = key();
            const bool isNamed = !name.empty() || closing == '}';
            if (isNamed && (name.empty() || !(skip(':') || skip('='))))
                return false;
            const std::size_t before = result.items.size();
            const bool goesOn = item(result.items, depth + 1);
            if (result.items.size() > before)
                result.keys.push_back(std::move(name));
            if (!goesOn)
                return false;
        }
    }

    bool array(LenientValue& result, int depth) {
        result.kind = LenientValue::Kind::Array;
        const char closing = peek() == '[' ? ']' : ')';
        for (++m_at;;) {
            if (closes(closing))
                return true;
            if (!item(result.items, depth + 1) || !separated(result.items.back()))
                return false;
        }
    }

    /// Between items of a list: a comma, or something that can only be the next one, or the end.
    bool separated(const LenientValue& last) {
        if (skip(',') || isNext("}])-.") || std::isdigit(static_cast<unsigned char>(peek())) != 0)
            return true;
        return last.kind != LenientValue::Kind::Scalar && isNext("\"'{[("); // (it's no list)
    }

    /// A name that its separator follows, with or without quotes; empty where there is none.
    std::string key() {
        skipSpace();
        if (isNext("\"'"))
            return quotedKey();
        std::size_t end = m_at;
        while (end < m_text.size() && belongsToScalar(m_text[end]))
            ++end;
        const std::size_t separator = m_text.find_first_not_of(" \t\r\n", end);
        const bool isKey = separator != kNowhere && (m_text[separator] == ':' || m_text[separator] == '=');
        if (!isKey)
            return {};
        const std::size_t begin = std::exchange(m_at, end);
        return std::string(m_text.substr(begin, end - begin));
    }

    std::string quotedKey() {
        const std::size_t end = lenientKeyEnd(m_text, m_at + 1);
        const std::size_t separator = end == kNowhere ? end : m_text.find_first_not_of(" \t\r\n", end + 1);
        if (separator == kNowhere || (m_text[separator] != ':' && m_text[separator] != '='))
            return {};
        std::string name = withoutEscapes(m_text.substr(m_at + 1, end - m_at - 1));
        m_at = end + 1;
        return name;
    }

    static bool belongsToScalar(char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+' || c == '.' || c == '_';
    }

    bool scalar(LenientValue& result) {
        const std::size_t begin = m_at;
        if (stands(kEllipsis))
            m_at += kEllipsis.size();
        while (m_at < m_text.size() && belongsToScalar(m_text[m_at]))
            ++m_at;
        result.text = m_text.substr(begin, m_at - begin);
        // What the end of the text follows may be the beginning of a number.
        return m_at > begin && m_at < m_text.size();
    }

    bool string(LenientValue& result) {
        result.kind = LenientValue::Kind::String;
        const std::size_t end = lenientStringEnd(m_text, m_at + 1);
        if (end == kNowhere)
            return false;
        result.text = withoutEscapes(m_text.substr(m_at + 1, end - m_at - 1));
        m_at = end + 1;
        return true;
    }

    std::string_view m_text;
    std::size_t m_begin;
    std::size_t m_at;
    std::size_t m_read; ///< behind the last value that was read
};

} // namespace

LenientRead readLenient(std::string_view text, std::size_t at) {
    return LenientJson(text, at).value();
}

LenientRead readLenientCall(std::string_view text, std::size_t at) {
    return LenientJson(text, at).call();
}

} // namespace prunescope::model
