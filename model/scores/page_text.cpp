#include "model/scores/page_text.h"

#include "model/scores/python_text.h"

#include <array>
#include <utility>

namespace prunescope {

namespace {

std::u32string replacedAll(std::u32string_view text, std::u32string_view from, std::u32string_view to) {
    std::u32string result;
    std::size_t at = 0;
    for (std::size_t found = text.find(from); found != text.npos; found = text.find(from, at)) {
        result.append(text.substr(at, found - at)).append(to);
        at = found + from.size();
    }
    return result.append(text.substr(at));
}

std::u32string withOneBlank(std::u32string_view text) {
    std::u32string result;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (!isSpace(text[i]))
            result += text[i];
        else if (i == 0 || !isSpace(text[i - 1]))
            result += U' ';
    return result;
}

/// Without pairs of marks: "**x** y" is "x y".
std::u32string withoutPairs(std::u32string_view text, std::u32string_view mark) {
    std::u32string result;
    std::size_t at = 0;
    for (;;) {
        const std::size_t open = text.find(mark, at);
        const std::size_t close = open == text.npos ? open : text.find(mark, open + mark.size());
        if (close == text.npos)
            return result.append(text.substr(at));
        result.append(text.substr(at, open - at)).append(text.substr(open + mark.size(), close - open - mark.size()));
        at = close + mark.size();
    }
}

char32_t plainSign(char32_t c) {
    constexpr std::u32string_view kFancy = U"\u2018\u2019\u201a\u201c\u201d\u201e\uff3f\u2013\u2014\u2011\u2012\u2212"
                                           U"\u00b5";
    constexpr std::u32string_view kPlain = U"'''\"\"\"_-----\u03bc";
    const std::size_t known = kFancy.find(c);
    return known == kFancy.npos ? c : kPlain[known];
}

} // namespace

std::u32string pageText(std::u32string_view markdown) {
    std::u32string text = replacedAll(replacedAll(markdown, U"<br>", U" "), U"<br/>", U" ");
    text = withoutPairs(withoutPairs(withOneBlank(text), U"**"), U"__");
    for (const std::u32string_view tag : {U"<b>", U"</b>", U"<i>", U"</i>"})
        text = replacedAll(text, tag, U"");
    text = normalFormC(withoutPairs(withoutPairs(text, U"*"), U"_"));
    for (char32_t& character : text)
        character = plainSign(character);
    return text;
}

namespace {

using Marks = std::pair<std::u32string_view, std::u32string_view>;

/// Moves what stands between two marks, one character at least, to `formulas`; the rest of the text is left.
std::u32string takeFormulas(std::u32string_view text, Marks marks, std::vector<std::u32string>& formulas) {
    std::u32string rest;
    std::size_t at = 0;
    for (;;) {
        const std::size_t open = text.find(marks.first, at);
        const std::size_t begin = open + marks.first.size();
        const std::size_t close = open == text.npos ? open : text.find(marks.second, begin + 1);
        if (close == text.npos)
            return rest.append(text.substr(at));
        formulas.emplace_back(stripped(text.substr(begin, close - begin)));
        rest.append(text.substr(at, open - at));
        at = close + marks.second.size();
    }
}

} // namespace

std::vector<std::u32string> formulasOf(std::u32string_view markdown) {
    static constexpr std::array<Marks, 4> kMarks{Marks{U"$$", U"$$"}, Marks{U"\\(", U"\\)"}, Marks{U"\\[", U"\\]"},
                                                 Marks{U"$", U"$"}};
    std::vector<std::u32string> formulas;
    std::u32string rest(markdown);
    for (const Marks& marks : kMarks)
        rest = takeFormulas(rest, marks, formulas);
    return formulas;
}

} // namespace prunescope
