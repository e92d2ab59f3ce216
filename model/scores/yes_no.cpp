// Yes or no as the toolkit reads it (evaluation spec 3.4), for MME, POPE and HallusionBench. Its slips are kept: signs
// such as * and : stay at the words, so that "**Yes**" is not understood, and of full stops only the first 32 are taken
// away.
#include "model/scores/yes_no_words.h"

#include "model/scores/python_text.h"

#include <algorithm>
#include <vector>

namespace prunescope {

namespace {

constexpr std::u32string_view kSigns = U";/[]\"{}()=+\\_-><@`,?!";
constexpr int kMostStops = 32;

bool isDigit(char32_t c) {
    return digitValue(c) >= 0;
}

bool isAtBlank(std::u32string_view text, char32_t sign) {
    const char32_t before[] = {U' ', sign};
    const char32_t behind[] = {sign, U' '};
    return text.find(before, 0, 2) != text.npos || text.find(behind, 0, 2) != text.npos;
}

/// "1,000" anywhere makes the toolkit join what its signs part.
bool hasThousands(std::u32string_view text) {
    for (std::size_t i = 1; i + 1 < text.size(); ++i)
        if (text[i] == U',' && isDigit(text[i - 1]) && isDigit(text[i + 1]))
            return true;
    return false;
}

std::u32string withoutSigns(std::u32string_view text) {
    std::u32string plain(text);
    const bool joins = hasThousands(text);
    for (const char32_t sign : kSigns)
        plain = joins || isAtBlank(text, sign) ? without(plain, sign) : replaced(plain, sign, U' ');
    return plain;
}

std::u32string withoutStops(std::u32string_view text) {
    std::u32string plain;
    int stops = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool besideDigit = (i > 0 && isDigit(text[i - 1])) || (i + 1 < text.size() && isDigit(text[i + 1]));
        if (text[i] != U'.' || besideDigit || stops == kMostStops)
            plain += text[i];
        else
            ++stops;
    }
    return plain;
}

} // namespace

Verdict yesNoVerdict(std::u32string_view words, const GivenAnswer& answer) {
    const std::vector<std::u32string_view> list = splitWords(words);
    const bool yes = std::ranges::find(list, U"yes") != list.end();
    const bool no = std::ranges::find(list, U"no") != list.end();
    if (yes == no)
        return {.decided = false, .read = "Unknown"};
    const std::string read = yes ? "Yes" : "No";
    const bool right = std::ranges::find(answer.expected, read) != answer.expected.end();
    return {.score = right ? 1.0 : 0.0, .read = read};
}

namespace {

Verdict yesNo(const GivenAnswer& answer) {
    return yesNoVerdict(withoutStops(withoutSigns(lowerCase(codePoints(answer.text)))), answer);
}

} // namespace

ScoreEntry yesNoScore() {
    return {"yes_no", "Yes or no among the answer's words (MME, POPE, HallusionBench)", yesNo};
}

} // namespace prunescope
