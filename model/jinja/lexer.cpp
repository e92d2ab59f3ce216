#include "model/jinja/lexer.h"

#include "model/jinja/characters.h"
#include "model/jinja/fault.h"
#include "model/jinja/literals.h"

#include <algorithm>
#include <array>
#include <optional>

namespace prunescope::model::jinja {

namespace {

using Kind = Token::Kind;

/// One kind of new line, and none at the very end.
std::string withPlainNewLines(std::string_view source) {
    std::string plain;
    plain.reserve(source.size());
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] == '\r' && i + 1 < source.size() && source[i + 1] == '\n')
            continue;
        plain += source[i] == '\r' ? '\n' : source[i];
    }
    if (plain.ends_with('\n'))
        plain.pop_back();
    return plain;
}

constexpr std::array<std::string_view, 27> kSigns{"//", "**", "==", "!=", ">=", "<=", "+", "-", "/",
                                                  "*",  "%",  "~",  "[",  "]",  "(",  ")", "{", "}",
                                                  ">",  "<",  "=",  ".",  ":",  "|",  ",", ";", ""};

bool isNameStart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool isNamePart(char c) {
    return isNameStart(c) || (c >= '0' && c <= '9');
}

/// The length of the end of a tag that `text` begins with, with the white space that it takes along.
std::optional<std::size_t> endOfTag(std::string_view text, std::string_view close, bool takesNewLine) {
    const bool minus = text.starts_with('-'), sign = minus || (takesNewLine && text.starts_with('+'));
    text.remove_prefix(sign ? 1 : 0);
    if (!text.starts_with(close))
        return std::nullopt;
    text.remove_prefix(close.size());
    if (sign)
        return 1 + close.size() + (minus ? leadingSpace(text) : 0);
    return close.size() + (takesNewLine && text.starts_with('\n') ? 1 : 0);
}

class Lexer {
public:
    Lexer(std::string_view source, int& line) : m_source(withPlainNewLines(source)), m_line(line) {}

    std::vector<Token> run() {
        m_line = 1;
        while (m_at < m_source.size())
            plainText();
        add(Kind::End, {});
        return std::move(m_tokens);
    }

private:
    std::string_view rest() const { return std::string_view(m_source).substr(m_at); }
    bool ahead(std::string_view text) const { return rest().starts_with(text); }
    void add(Kind kind, std::string text) { m_tokens.push_back({kind, std::move(text), m_line}); }

    /// Goes on by `length` bytes.
    void pass(std::size_t length) {
        const std::string_view passed = rest().substr(0, length);
        m_line += static_cast<int>(std::ranges::count(passed, '\n'));
        if (!passed.empty())
            m_atLineStart = passed.back() == '\n';
        m_at += passed.size();
    }

    /// Text up to the next `{{`, `{%` or `{#`, and that.
    void plainText() {
        std::size_t open = m_source.find('{', m_at);
        while (
            open != std::string::npos &&
            (open + 1 == m_source.size() || std::string_view("{%#").find(m_source[open + 1]) == std::string_view::npos))
            open = m_source.find('{', open + 1);
        if (open == std::string::npos) {
            data(m_source.size() - m_at);
            pass(m_source.size() - m_at);
            return;
        }
        const char kind = m_source[open + 1];
        const char sign = open + 2 < m_source.size() ? m_source[open + 2] : ' ';
        textBeforeTag(open, sign, kind != '{');
        pass(sign == '-' || sign == '+' ? 3 : 2);
        if (kind == '#')
            comment();
        else if (kind == '{')
            inside("}}", Kind::ValueBegin, Kind::ValueEnd);
        else if (!rawBegins())
            inside("%}", Kind::TagBegin, Kind::TagEnd);
    }

    void data(std::size_t length) {
        if (length > 0)
            add(Kind::Data, std::string(rest().substr(0, length)));
    }

    /// Passes the text before byte `open`, where a tag with that sign begins.
    void textBeforeTag(std::size_t open, char sign, bool cutsIndent) {
        const std::string_view text = rest().substr(0, open - m_at);
        std::size_t length = text.size();
        if (sign == '-') {
            length = withoutTrailingSpace(text);
        } else if (sign != '+' && cutsIndent) {
            const std::size_t lineStart = text.rfind('\n') + 1; // 0 where there is none
            if ((lineStart > 0 || m_atLineStart) && isAllSpace(text.substr(lineStart)))
                length = lineStart;
        }
        data(length);
        pass(text.size());
    }

    void comment() {
        const std::size_t end = m_source.find("#}", m_at);
        if (end == std::string::npos)
            throw Fault("a comment does not end");
        const std::size_t close = end > m_at && isSignAt(end - 1) ? end - 1 : end;
        pass(close - m_at);
        pass(*endOfTag(rest(), "#}", true));
    }

    bool isSignAt(std::size_t at) const { return m_source[at] == '-' || m_source[at] == '+'; }

    /// Passes `{% raw %}` up to its end, where it is that.
    bool rawBegins() {
        const std::size_t before = leadingSpace(rest());
        if (!rest().substr(before).starts_with("raw"))
            return false;
        const std::size_t length = before + 3, after = leadingSpace(rest().substr(length));
        const std::string_view end = rest().substr(length + after);
        if (!end.starts_with("%}") && !end.starts_with("-%}"))
            return false;
        pass(length + after + (end.front() == '-' ? 3 + leadingSpace(end.substr(3)) : 2));
        rawText();
        return true;
    }

    void rawText() {
        for (std::size_t open = m_source.find("{%", m_at); open != std::string::npos;
             open = m_source.find("{%", open + 2)) {
            const char sign = open + 2 < m_source.size() ? m_source[open + 2] : ' ';
            std::size_t at = open + (sign == '-' || sign == '+' ? 3 : 2);
            at += leadingSpace(std::string_view(m_source).substr(at));
            if (!std::string_view(m_source).substr(at).starts_with("endraw"))
                continue;
            at += 6;
            at += leadingSpace(std::string_view(m_source).substr(at));
            if (rawEnds(open, at, sign))
                return;
        }
        throw Fault("a raw block does not end");
    }

    /// The end of a raw block begins at `open`, and its last part stands at `at`, if it is one.
    bool rawEnds(std::size_t open, std::size_t at, char sign) {
        const auto length = endOfTag(std::string_view(m_source).substr(at), "%}", true);
        if (!length)
            return false;
        textBeforeTag(open, sign, true);
        pass(at - open + *length);
        return true;
    }

    void inside(std::string_view close, Kind begin, Kind end) {
        add(begin, {});
        std::string open; // brackets that wait for their other half
        while (m_at < m_source.size()) {
            if (const auto length = open.empty() ? endOfTag(rest(), close, begin == Kind::TagBegin) : std::nullopt) {
                add(end, {});
                pass(*length);
                return;
            }
            token(open);
        }
        throw Fault("a tag does not end");
    }

    void token(std::string& open) {
        if (const std::size_t space = leadingSpace(rest())) {
            pass(space);
        } else if (const std::size_t real = floatLength(rest()); real > 0 && (m_at == 0 || m_source[m_at - 1] != '.')) {
            take(Kind::Float, real);
        } else if (const std::size_t whole = integerLength(rest())) {
            take(Kind::Integer, whole);
        } else if (isNameStart(rest().front())) {
            const std::string_view text = rest();
            take(Kind::Name, static_cast<std::size_t>(std::ranges::find_if_not(text, isNamePart) - text.begin()));
        } else if (rest().front() == '"' || rest().front() == '\'') {
            text();
        } else {
            sign(open);
        }
    }

    void take(Kind kind, std::size_t length) {
        add(kind, std::string(rest().substr(0, length)));
        pass(length);
    }

    void text() {
        std::size_t end = 1;
        while (end < rest().size() && rest()[end] != rest().front())
            end += rest()[end] == '\\' ? 2 : 1;
        if (end >= rest().size())
            throw Fault("a text in quotes does not end");
        add(Kind::Text, unescaped(rest().substr(1, end - 1)));
        pass(end + 1);
    }

    void sign(std::string& open) {
        const std::string_view found = *std::ranges::find_if(kSigns, [this](std::string_view s) { return ahead(s); });
        if (found.empty())
            throw Fault("the character " + quotedCharacter() + " is not expected in a tag");
        bracket(found, open);
        take(Kind::Sign, found.size());
    }

    void bracket(std::string_view sign, std::string& open) {
        if (sign == "{" || sign == "(" || sign == "[")
            open += sign == "{" ? '}' : sign == "(" ? ')' : ']';
        if (sign != "}" && sign != ")" && sign != "]")
            return;
        if (open.empty() || open.back() != sign.front())
            throw Fault("found '" + std::string(sign) + "', expected " +
                        (open.empty() ? "none open" : "'" + std::string(1, open.back()) + "'"));
        open.pop_back();
    }

    std::string quotedCharacter() const { return "'" + std::string(rest().substr(0, characterLength(rest()))) + "'"; }

    std::string m_source;
    int& m_line;
    std::size_t m_at = 0;
    bool m_atLineStart = true;
    std::vector<Token> m_tokens;
};

} // namespace

std::vector<Token> tokenize(std::string_view source, int& line) {
    return Lexer(source, line).run();
}

} // namespace prunescope::model::jinja
