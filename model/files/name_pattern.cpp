// A tree of the expression, matched by sets of positions: from all positions where a part may begin follow those where
// it may end. Nothing is tried twice, so that no expression takes exponential time.
#include "model/files/name_pattern.h"

#include "core/base/error.h"
#include "core/base/format.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <utility>
#include <vector>

namespace prunescope::model {

namespace {

constexpr std::size_t kLongestPattern = 4096;
constexpr std::size_t kLongestName = 4096;
constexpr int kDeepest = 32;
constexpr int kMostTimes = 1000; ///< a name is shorter than that
constexpr std::int64_t kMostWork = 20'000'000;

using Bytes = std::bitset<256>;
/// Whether a match may have come to each place of the name, its end included.
using Places = std::vector<bool>;

Bytes bytesWhere(bool (*holds)(unsigned char)) {
    Bytes bytes;
    for (int i = 0; i < 256; ++i)
        bytes[static_cast<std::size_t>(i)] = holds(static_cast<unsigned char>(i));
    return bytes;
}

bool isDigit(unsigned char c) {
    return c >= '0' && c <= '9';
}

bool isWord(unsigned char c) {
    return isDigit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 128;
}

bool isSpace(unsigned char c) {
    return c == ' ' || (c >= 9 && c <= 13);
}

Bytes single(unsigned char c) {
    Bytes bytes;
    bytes[c] = true;
    return bytes;
}

} // namespace

struct NamePattern::Node {
    enum class Kind { Byte, Begin, End, Sequence, Choice, Repeat } kind = Kind::Sequence;
    Bytes bytes;             ///< of Byte
    int least = 0;           ///< of Repeat
    int most = 0;            ///< of Repeat; kMostTimes: any number
    std::vector<Node> parts; ///< one of Repeat
};

namespace {

using Node = NamePattern::Node;
using Kind = Node::Kind;

class Parser {
public:
    Parser(const std::string& text, const std::string& where) : m_text(text), m_where(where) {}

    Node parse() {
        if (m_text.size() > kLongestPattern)
            fail(ErrorKind::BadFile, "is longer than " + std::to_string(kLongestPattern) + " characters");
        Node node = choice(0);
        if (m_at < m_text.size())
            fail(ErrorKind::BadFile, "has a ) without a (");
        return node;
    }

private:
    [[noreturn]] void fail(ErrorKind kind, const std::string& what) const {
        throw Error(kind, m_where + ": " + inQuotes(m_text) + " " + what + ", expected a regular expression");
    }
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::Unsupported, m_where + ": " + inQuotes(m_text) + " uses " + what +
                                                ", which can't be read: name the modules in full");
    }

    bool atEnd() const { return m_at >= m_text.size(); }
    char peek() const { return m_text[m_at]; }
    bool take(std::string_view token) {
        const bool found = std::string_view(m_text).substr(m_at).starts_with(token);
        m_at += found ? token.size() : 0;
        return found;
    }

    Node choice(int depth) {
        if (depth > kDeepest)
            fail(ErrorKind::BadFile, "is nested more than " + std::to_string(kDeepest) + " deep");
        Node node{Kind::Choice, {}, 0, 0, {}};
        do
            node.parts.push_back(sequence(depth));
        while (take("|"));
        return node.parts.size() == 1 ? Node(std::move(node.parts.front())) : node;
    }

    Node sequence(int depth) {
        Node node;
        while (!atEnd() && peek() != '|' && peek() != ')')
            node.parts.push_back(repeated(atom(depth)));
        return node;
    }

    Node repeated(Node inner) {
        int least = 0, most = kMostTimes;
        if (take("+"))
            least = 1;
        else if (take("?"))
            most = 1;
        else if (!take("*") && !takeCount(least, most))
            return inner;
        if (inner.kind == Kind::Begin || inner.kind == Kind::End)
            fail(ErrorKind::BadFile, "repeats a place");
        if (take("+"))
            refuse("a possessive repetition");
        take("?"); // as few as possible: the same names match
        Node node{Kind::Repeat, {}, least, most, {}};
        node.parts.push_back(std::move(inner));
        return repeated(std::move(node));
    }

    /// {2}, {2,}, {,3}, {2,3}; anything else is a brace.
    bool takeCount(int& least, int& most) {
        const std::size_t start = m_at;
        if (!take("{"))
            return false;
        const std::size_t first = m_at;
        least = number(0);
        const bool hasLeast = m_at > first;
        bool hasMost = false;
        most = least;
        if (take(",")) {
            const std::size_t second = m_at;
            most = number(kMostTimes);
            hasMost = m_at > second;
        }
        if ((hasLeast || hasMost) && take("}")) {
            if (most < least)
                fail(ErrorKind::BadFile, "has a count whose end is before its begin");
            return true;
        }
        m_at = start;
        least = 0;
        most = kMostTimes;
        return false;
    }

    int number(int fallback) {
        int value = 0;
        const std::size_t start = m_at;
        for (; !atEnd() && isDigit(static_cast<unsigned char>(peek())); ++m_at)
            value = std::min(kMostTimes, value * 10 + (peek() - '0'));
        return m_at > start ? value : fallback;
    }

    Node atom(int depth) {
        const char c = peek();
        ++m_at;
        switch (c) {
        case '(':
            return group(depth);
        case '[':
            return byteNode(classBytes());
        case '.':
            return byteNode(~single('\n'));
        case '^':
            return {Kind::Begin, {}, 0, 0, {}};
        case '$':
            return {Kind::End, {}, 0, 0, {}};
        case '\\':
            return escaped();
        case '*':
        case '+':
        case '?':
            fail(ErrorKind::BadFile, "has nothing to repeat");
        default:
            if (c == '{' && startsCount(m_at - 1))
                fail(ErrorKind::BadFile, "has nothing to repeat");
            return byteNode(single(static_cast<unsigned char>(c)));
        }
    }

    bool startsCount(std::size_t place) {
        const std::size_t start = std::exchange(m_at, place);
        int least = 0, most = 0;
        const bool found = takeCount(least, most);
        m_at = start;
        return found;
    }

    static Node byteNode(Bytes bytes) { return {Kind::Byte, bytes, 0, 0, {}}; }

    Node group(int depth) {
        if (take("?P<"))
            m_at = std::min(m_text.find('>', m_at), m_text.size() - 1) + 1;
        else if (!take("?:") && !atEnd() && peek() == '?')
            refuse("a group that begins with (?");
        Node node = choice(depth + 1);
        if (!take(")"))
            fail(ErrorKind::BadFile, "has a ( without a )");
        return node;
    }

    Node escaped() {
        const char c = escapedCharacter();
        if (c == 'A')
            return {Kind::Begin, {}, 0, 0, {}};
        if (c == 'Z')
            return {Kind::End, {}, 0, 0, {}};
        return byteNode(escapedBytes(c));
    }

    char escapedCharacter() {
        if (atEnd())
            fail(ErrorKind::BadFile, "ends with a backslash");
        return m_text[m_at++];
    }

    Bytes escapedBytes(char c) const {
        struct Class {
            char small, capital;
            bool (*holds)(unsigned char);
        };
        constexpr std::array kClasses{Class{'d', 'D', isDigit}, Class{'w', 'W', isWord}, Class{'s', 'S', isSpace}};
        for (const Class& one : kClasses)
            if (c == one.small || c == one.capital)
                return c == one.small ? bytesWhere(one.holds) : ~bytesWhere(one.holds);
        if (c == '_' || !isWord(static_cast<unsigned char>(c)))
            return single(static_cast<unsigned char>(c));
        refuse(std::string("\\") + c);
    }

    Bytes classBytes() {
        const bool inverted = take("^");
        Bytes bytes;
        for (bool first = true; first || atEnd() || peek() != ']'; first = false) {
            if (atEnd())
                fail(ErrorKind::BadFile, "has a [ without a ]");
            addToClass(bytes);
        }
        ++m_at;
        return inverted ? ~bytes : bytes;
    }

    /// One character, a class such as \d, or a range a-z.
    void addToClass(Bytes& bytes) {
        const char c = m_text[m_at++];
        const Bytes from = c == '\\' ? escapedBytes(escapedCharacter()) : single(static_cast<unsigned char>(c));
        const bool isRange = m_at + 1 < m_text.size() && peek() == '-' && m_text[m_at + 1] != ']';
        if (!isRange) {
            bytes |= from;
            return;
        }
        ++m_at;
        const char end = m_text[m_at++];
        const Bytes to = end == '\\' ? escapedBytes(escapedCharacter()) : single(static_cast<unsigned char>(end));
        if (from.count() != 1 || to.count() != 1 || firstOf(from) > firstOf(to))
            fail(ErrorKind::BadFile, "has a range of characters without a beginning or an end");
        for (std::size_t i = firstOf(from); i <= firstOf(to); ++i)
            bytes[i] = true;
    }

    static std::size_t firstOf(const Bytes& bytes) {
        std::size_t i = 0;
        while (!bytes[i])
            ++i;
        return i;
    }

    const std::string& m_text;
    const std::string& m_where;
    std::size_t m_at = 0;
};

/// Matches one name.
class Matcher {
public:
    explicit Matcher(std::string_view name) : m_name(name) {}

    /// Places where `node` may end that begins at one of `from`.
    Places ends(const Node& node, const Places& from) {
        m_work += std::ssize(from);
        if (isTooLong())
            return Places(from.size());
        switch (node.kind) {
        case Kind::Byte:
            return afterByte(node.bytes, from);
        case Kind::Begin:
            return only(0, from);
        case Kind::End:
            return only(m_name.size(), from);
        case Kind::Sequence:
            return afterAll(node, from);
        case Kind::Choice:
            return afterAny(node, from);
        case Kind::Repeat:
            return afterTimes(node, from);
        }
        return {};
    }

    bool isTooLong() const { return m_work > kMostWork; }

private:
    static bool any(const Places& places) { return std::ranges::find(places, true) != places.end(); }

    Places afterByte(const Bytes& bytes, const Places& from) const {
        Places to(from.size());
        for (std::size_t i = 0; i < m_name.size(); ++i)
            to[i + 1] = from[i] && bytes[static_cast<unsigned char>(m_name[i])];
        return to;
    }

    static Places only(std::size_t place, const Places& from) {
        Places to(from.size());
        to[place] = from[place];
        return to;
    }

    Places afterAll(const Node& node, Places places) {
        for (const Node& part : node.parts)
            if (any(places))
                places = ends(part, places);
        return places;
    }

    Places afterAny(const Node& node, const Places& from) {
        Places to(from.size());
        for (const Node& part : node.parts)
            add(to, ends(part, from));
        return to;
    }

    Places afterTimes(const Node& node, Places places) {
        for (int i = 0; i < node.least && any(places); ++i) {
            Places next = ends(node.parts.front(), places);
            if (next == places)
                break; // more times lead nowhere else
            places = std::move(next);
        }
        Places all = places;
        for (int i = node.least; i < node.most && any(places); ++i) {
            places = ends(node.parts.front(), places);
            if (!add(all, places))
                break;
        }
        return all;
    }

    /// Whether there was something to add.
    static bool add(Places& to, const Places& more) {
        bool grown = false;
        for (std::size_t i = 0; i < to.size(); ++i)
            if (more[i] && !to[i])
                to[i] = grown = true;
        return grown;
    }

    std::string_view m_name;
    std::int64_t m_work = 0;
};

} // namespace

NamePattern::NamePattern(std::string text, const std::string& where)
    : m_text(std::move(text)), m_where(where), m_root(std::make_shared<Node>(Parser(m_text, where).parse())) {}

bool NamePattern::matchesEnd(std::string_view name) const {
    if (name.size() > kLongestName)
        return false;
    Places begins(name.size() + 1);
    begins[0] = true;
    for (std::size_t i = 0; i < name.size(); ++i)
        if (name[i] == '.')
            begins[i + 1] = true;
    Matcher matcher(name);
    const Places ends = matcher.ends(*m_root, begins);
    if (matcher.isTooLong())
        throw Error(ErrorKind::BadFile,
                    m_where + ": " + inQuotes(m_text) + " takes too long to match, expected the names of modules");
    return ends.back();
}

} // namespace prunescope::model
