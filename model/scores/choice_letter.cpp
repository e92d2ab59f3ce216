#include "model/scores/answer_words.h"
#include "model/scores/score.h"

namespace prunescope {

namespace {

bool isLetter(char32_t c) {
    return c >= U'a' && c <= U'z';
}

/// The letter that `words` begins with, alone or before anything but another letter: "b", "b. blue", "(b) blue"; or 0.
char32_t leadingLetter(const std::u32string& words) {
    const std::size_t at = words.find_first_not_of(U"(*\"'");
    if (at == std::u32string::npos || !isLetter(words[at]))
        return 0;
    const bool alone = at + 1 == words.size() || !isLetter(words[at + 1]);
    // "a blue one" is a sentence, and no choice of A.
    const bool isWord = at + 1 < words.size() && words[at + 1] == U' ';
    return alone && !isWord ? words[at] : 0;
}

Verdict choiceLetter(const GivenAnswer& answer) {
    const char32_t letter = leadingLetter(comparableWords(answer.text));
    const bool right =
        letter != 0 && !answer.expected.empty() && letter == leadingLetter(comparableWords(answer.expected.front()));
    return {.score = right ? 1.0 : 0.0, .decided = letter != 0};
}

} // namespace

ScoreEntry choiceLetterScore() {
    return {"choice_letter", "The letter of the right option", choiceLetter};
}

} // namespace prunescope
