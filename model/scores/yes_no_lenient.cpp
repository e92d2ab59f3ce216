// Our own rule beside the toolkit's `yes_no`: reasoning, tags, quotes and Markdown are left out, signs part words, and
// an answer that begins with yes or no means it, whatever follows.
#include "model/scores/plain_answer.h"
#include "model/scores/python_text.h"
#include "model/scores/yes_no_words.h"

#include <algorithm>
#include <vector>

namespace prunescope {

namespace {

Verdict yesNoLenient(const GivenAnswer& answer) {
    std::u32string words = lowerCase(codePoints(plainAnswer(answer.text)));
    std::ranges::replace_if(
        words, [](char32_t c) { return c < 0x80 && !isLetterOrDigit(c) && c != U'\''; }, U' ');
    const std::vector<std::u32string_view> list = splitWords(words);
    const bool beginsWithIt = !list.empty() && (list.front() == U"yes" || list.front() == U"no");
    return yesNoVerdict(beginsWithIt ? list.front() : std::u32string_view(words), answer);
}

} // namespace

ScoreEntry yesNoLenientScore() {
    return {"yes_no_lenient", "Yes or no, Markdown and quotes left out (own rule)", yesNoLenient};
}

} // namespace prunescope
