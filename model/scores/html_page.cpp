#include "model/scores/html_page.h"

#include "core/base/ascii.h"
#include "model/scores/python_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace prunescope {

namespace {

bool isAsciiLetter(char32_t c) {
    return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z');
}

/// The character of a reference without its & and ;.
std::optional<char32_t> reference(std::string_view name) {
    static constexpr std::array<std::pair<std::string_view, char32_t>, 12> kNames{{{"amp", U'&'},
                                                                                   {"lt", U'<'},
                                                                                   {"gt", U'>'},
                                                                                   {"quot", U'"'},
                                                                                   {"apos", U'\''},
                                                                                   {"nbsp", 0xA0},
                                                                                   {"minus", 0x2212},
                                                                                   {"ndash", 0x2013},
                                                                                   {"mdash", 0x2014},
                                                                                   {"times", 0xD7},
                                                                                   {"deg", 0xB0},
                                                                                   {"plusmn", 0xB1}}};
    const auto known = std::ranges::find(kNames, name, &std::pair<std::string_view, char32_t>::first);
    if (known != kNames.end())
        return known->second;
    if (!name.starts_with('#'))
        return {};
    const bool hexadecimal = name.starts_with("#x") || name.starts_with("#X");
    name.remove_prefix(hexadecimal ? 2 : 1);
    std::uint32_t point = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), point, hexadecimal ? 16 : 10);
    const bool isCharacter = error == std::errc() && end == name.data() + name.size() && point <= 0x10FFFF;
    return isCharacter ? std::optional<char32_t>(point) : std::nullopt;
}

std::u32string withReferences(std::u32string_view text) {
    constexpr std::size_t kLongest = 12;
    std::u32string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const std::u32string_view name = text[at] == U'&' ? text.substr(at + 1, kLongest) : std::u32string_view();
        const std::size_t end = name.find(U';');
        const auto character = end == name.npos ? std::nullopt : reference(utf8(name.substr(0, end)));
        plain += character.value_or(text[at]);
        at += character ? end + 1 : 0;
    }
    return plain;
}

/// The inside of a tag, from its name on, taken apart.
class TagReader {
public:
    explicit TagReader(std::u32string_view inside) : m_rest(inside) {}

    std::string takeName() {
        const auto ends = [](char32_t c) { return isSpace(c) || c == U'/' || c == U'='; };
        return asciiLowerCase(utf8(take(ends)));
    }

    std::map<std::string, std::u32string> takeAttributes() {
        std::map<std::string, std::u32string> attributes;
        for (;;) {
            take([](char32_t c) { return !isSpace(c) && c != U'/'; });
            if (m_rest.empty())
                return attributes;
            const std::string name = takeName();
            const std::u32string value = takeValue();
            if (!name.empty())
                attributes.insert_or_assign(name, withReferences(value));
        }
    }

private:
    std::u32string_view take(auto&& ends) {
        const auto end = static_cast<std::size_t>(std::ranges::find_if(m_rest, ends) - m_rest.begin());
        const std::u32string_view taken = m_rest.substr(0, end);
        m_rest.remove_prefix(end);
        return taken;
    }

    std::u32string takeValue() {
        const auto isNoBlank = [](char32_t c) { return !isSpace(c); };
        take(isNoBlank);
        if (!m_rest.starts_with(U'='))
            return {};
        m_rest.remove_prefix(1);
        take(isNoBlank);
        if (!m_rest.starts_with(U'"') && !m_rest.starts_with(U'\''))
            return std::u32string(take(isSpace));
        const char32_t quote = m_rest.front();
        m_rest.remove_prefix(1);
        std::u32string value(take([=](char32_t c) { return c == quote; }));
        m_rest.remove_prefix(std::min(m_rest.size(), std::size_t{1}));
        return value;
    }

    std::u32string_view m_rest;
};

/// Builds the nodes while it goes through a page.
class PageReader {
public:
    explicit PageReader(std::u32string_view page) : m_page(page) {}

    std::vector<HtmlNode> read() {
        while (m_at < m_page.size())
            if (const std::size_t tag = tagEnd(); tag != m_page.npos)
                takeTag(tag);
            else
                takeText();
        while (!m_open.empty())
            closeLast();
        return std::move(m_nodes);
    }

private:
    /// The > of the tag at this place; npos where there is none. A > in quotes is none.
    std::size_t tagEnd() const {
        const auto next = [&](std::size_t step) { return m_at + step < m_page.size() ? m_page[m_at + step] : U' '; };
        if (m_page[m_at] != U'<')
            return m_page.npos;
        if (m_page.substr(m_at).starts_with(U"<!--"))
            if (const std::size_t end = m_page.find(U"-->", m_at + 4); end != m_page.npos)
                return end + 2;
        const bool isTag = isAsciiLetter(next(1)) || next(1) == U'!' || (next(1) == U'/' && isAsciiLetter(next(2)));
        return isTag ? unquotedEnd() : m_page.npos;
    }

    std::size_t unquotedEnd() const {
        char32_t quote = 0;
        for (std::size_t at = m_at; at < m_page.size(); ++at) {
            const char32_t c = m_page[at];
            const bool opens = quote == 0 && (c == U'"' || c == U'\'') && m_page[at - 1] == U'=';
            if (quote == 0 && c == U'>')
                return at;
            if (c == quote || opens)
                quote = opens ? c : 0;
        }
        return m_page.find(U'>', m_at);
    }

    void takeText() {
        const std::size_t end = std::min(m_page.find(U'<', m_at + 1), m_page.size());
        addText(withReferences(m_page.substr(m_at, end - m_at)));
        m_at = end;
    }

    void addText(std::u32string text) {
        m_nodes.emplace_back();
        m_nodes.back().text = std::move(text);
        m_nodes.back().end = m_nodes.size();
    }

    void takeTag(std::size_t end) {
        const std::u32string_view inside = m_page.substr(m_at + 1, end - m_at - 1);
        m_at = end + 1;
        if (inside.starts_with(U'/'))
            close(TagReader(inside.substr(1)).takeName());
        else if (!inside.starts_with(U'!'))
            open(inside);
    }

    void open(std::u32string_view inside) {
        static constexpr std::array<std::string_view, 6> kVoid{"br", "hr", "img", "input", "col", "wbr"};
        TagReader reader(inside);
        std::string name = reader.takeName();
        if (name == "br")
            return addText(U"\n");
        m_nodes.emplace_back();
        m_nodes.back().name = name;
        m_nodes.back().attributes = reader.takeAttributes();
        m_open.push_back(m_nodes.size() - 1);
        if (std::ranges::find(kVoid, name) != kVoid.end() || inside.ends_with(U'/'))
            closeLast();
    }

    void close(const std::string& name) {
        const auto isIt = [&](std::size_t node) { return m_nodes[node].name == name; };
        if (std::ranges::none_of(m_open, isIt))
            return;
        while (!isIt(m_open.back()))
            closeLast();
        closeLast();
    }

    void closeLast() {
        m_nodes[m_open.back()].end = m_nodes.size();
        m_open.pop_back();
    }

    std::u32string_view m_page;
    std::size_t m_at = 0;
    std::vector<HtmlNode> m_nodes;
    std::vector<std::size_t> m_open;
};

} // namespace

std::vector<HtmlNode> htmlNodes(std::u32string_view page) {
    return PageReader(page).read();
}

} // namespace prunescope
