#include "model/jinja/characters.h"
#include "model/jinja/methods.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace prunescope::model::jinja {

namespace {

/// What is cut from the ends of a text: some characters, or white space.
class Cut {
public:
    explicit Cut(const Text* characters) : m_space(!characters) {
        for (std::string_view rest = characters ? characters->view() : std::string_view(); !rest.empty();) {
            const std::size_t length = characterLength(rest);
            m_characters.insert(rest.substr(0, length));
            rest.remove_prefix(length);
        }
    }
    bool has(std::string_view character) const {
        return m_space ? isSpace(character) : m_characters.contains(character);
    }

private:
    bool m_space;
    std::set<std::string_view> m_characters;
};

std::size_t leading(std::string_view text, const Cut& cut) {
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t length = characterLength(text.substr(at));
        if (!cut.has(text.substr(at, length)))
            break;
        at += length;
    }
    return at;
}

std::size_t withoutTrailing(std::string_view text, const Cut& cut) {
    while (!text.empty()) {
        const std::size_t length = lastCharacterLength(text);
        if (!cut.has(text.substr(text.size() - length)))
            break;
        text.remove_suffix(length);
    }
    return text.size();
}

std::vector<Value> splitAtSpace(Run& run, const Text& text, Int most) {
    std::vector<Value> parts;
    std::size_t at = leadingSpace(text.view());
    while (at < text.size()) {
        std::size_t end = at;
        if (most == std::ssize(parts))
            end = text.size();
        else
            while (end < text.size() && !isSpace(text.view().substr(end)))
                end += characterLength(text.view().substr(end));
        parts.push_back(run.text(text.slice(at, end)));
        at = end + leadingSpace(text.view().substr(end));
    }
    return parts;
}

/// Bytes of the end of a line that `text` begins with; 0 where it does not.
std::size_t lineEnd(std::string_view text) {
    if (text.starts_with("\r\n"))
        return 2;
    const char c = text.front();
    if ((c >= '\n' && c <= '\r') || (c >= 0x1C && c <= 0x1E))
        return 1;
    return text.starts_with("\xC2\x85")                                           ? 2
           : text.starts_with("\xE2\x80\xA8") || text.starts_with("\xE2\x80\xA9") ? 3
                                                                                  : 0;
}

/// str.replace() puts the new text around every character where there is nothing to look for.
Text interleaved(Run& run, const Text& text, const Text& after, Int most) {
    Text result;
    Int done = 0;
    for (std::size_t at = 0; at <= text.size();) {
        if (most < 0 || done++ < most)
            result.append(after);
        run.checkLength(result.size());
        run.chargeBytes(after.size());
        if (at == text.size())
            break;
        const std::size_t length = characterLength(text.view().substr(at));
        result.append(text, at, at + length);
        at += length;
    }
    return result;
}

} // namespace

std::size_t findText(std::string_view text, std::string_view what, std::size_t from) {
    if (from > text.size())
        return std::string_view::npos;
    const void* found = memmem(text.data() + from, text.size() - from, what.data(), what.size());
    return found ? static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) : std::string_view::npos;
}

std::size_t findLastText(std::string_view text, std::string_view what) {
    constexpr std::size_t kShort = 32;
    if (what.size() <= kShort)
        return text.rfind(what);
    const std::string backwards(text.rbegin(), text.rend());
    const std::size_t found = findText(backwards, std::string(what.rbegin(), what.rend()), 0);
    return found == std::string_view::npos ? found : text.size() - found - what.size();
}

Text stripped(const Text& text, const Text* characters, bool left, bool right) {
    const Cut cut(characters);
    const std::size_t end = right ? withoutTrailing(text.view(), cut) : text.size();
    const std::size_t begin = left ? leading(text.view().substr(0, end), cut) : 0;
    return text.slice(begin, end);
}

std::vector<Value> splitText(Run& run, const Text& text, const Text* separator, Int most) {
    run.chargeBytes(text.size());
    if (!separator)
        return splitAtSpace(run, text, most);
    if (separator->empty())
        throw Fault("empty separator");
    std::vector<Value> parts;
    std::size_t at = 0;
    for (std::size_t next = findText(text.view(), separator->view(), at);
         next != std::string_view::npos && most != std::ssize(parts);
         next = findText(text.view(), separator->view(), at)) {
        parts.push_back(run.text(text.slice(at, next)));
        at = next + separator->size();
    }
    parts.push_back(run.text(text.from(at)));
    return parts;
}

std::vector<Value> linesOf(Run& run, const Text& text, bool keepEnds) {
    std::vector<Value> lines;
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = lineEnd(text.view().substr(at));
        if (end > 0) {
            lines.push_back(run.text(text.slice(begin, at + (keepEnds ? end : 0))));
            begin = at + end;
        }
        at += std::max<std::size_t>(end, 1);
    }
    if (begin < text.size())
        lines.push_back(run.text(text.from(begin)));
    return lines;
}

Text replacedText(Run& run, const Text& text, const Text& before, const Text& after, Int most) {
    run.chargeBytes(text.size());
    if (before.empty())
        return interleaved(run, text, after, most);
    Text result;
    std::size_t at = 0;
    for (Int done = 0; most < 0 || done < most; ++done) {
        const std::size_t next = findText(text.view(), before.view(), at);
        if (next == std::string_view::npos)
            break;
        result.append(text, at, next);
        result.append(after);
        run.checkLength(result.size());
        run.chargeBytes(after.size());
        at = next + before.size();
    }
    result.append(text, at, text.size());
    result.markup = text.markup;
    return result;
}

Text joinedText(Run& run, const Text& separator, const std::vector<Text>& parts) {
    Text result;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0)
            result.append(separator);
        result.append(parts[i]);
        run.checkLength(result.size());
        run.chargeBytes(separator.size() + parts[i].size());
    }
    return result;
}

Text capitalizedText(const Text& text) {
    const std::size_t first = text.empty() ? 0 : characterLength(text.view());
    Text result = text.slice(0, first).mapped(upperCase);
    result.append(text.from(first).mapped(lowerCase));
    return result;
}

Text titledText(const Text& text) {
    Text result;
    bool first = true;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = characterLength(text.view().substr(at));
        const std::string_view character = text.view().substr(at, length);
        const Text part = text.slice(at, at + length);
        result.append(part.mapped(first ? upperCase : lowerCase));
        first = isSpace(character) || std::string_view("-({[<").find(character) != std::string_view::npos;
        at += length;
    }
    return result;
}

Text centeredText(Run& run, const Text& text, Int width, const Text& fill) {
    const Int length = characterCount(text.view());
    if (width <= length)
        return text;
    run.checkLength(fill.size(), width);
    const Int missing = width - length, left = missing / 2 + (missing & width & 1);
    Text result;
    for (Int i = 0; i < left; ++i)
        result.append(fill);
    result.append(text);
    for (Int i = left; i < missing; ++i)
        result.append(fill);
    run.chargeBytes(result.size());
    return result;
}

} // namespace prunescope::model::jinja
