#include "model/scores/option_letter.h"

#include "model/scores/answer_fields.h"
#include "model/scores/python_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace prunescope {

namespace {

constexpr std::string_view kFailed = "Failed to obtain answer via API";
constexpr std::array<std::string_view, 4> kRefusals{
    "Sorry, I can't help with images of people yet.", "I can't process this file.",
    "I'm sorry, but without the image provided", "Cannot determine the answer"};
constexpr std::u32string_view kAroundLetters = U".()[],:;!*#{}";
constexpr std::ptrdiff_t kLastWords = 5; // a letter counts when its place is past the words' count less this

bool isLetter(std::u32string_view word, char letter) {
    return word.size() == 1 && word.front() == static_cast<char32_t>(letter);
}

std::u32string withBlanks(std::u32string text) {
    std::ranges::replace_if(
        text, [](char32_t c) { return kAroundLetters.find(c) != kAroundLetters.npos; }, U' ');
    return text;
}

/// Rule 2: the one option whose letter is a word, if it stands near the end.
std::optional<char> letterAmongWords(std::u32string_view answer, std::span<const ChoiceOption> options) {
    const std::u32string spaced = withBlanks(std::u32string(answer));
    const std::vector<std::u32string_view> words = splitWords(spaced);
    const auto firstPlace = [&](char letter) {
        return std::ranges::find_if(words, [=](std::u32string_view word) { return isLetter(word, letter); });
    };
    const auto isThere = [&](const ChoiceOption& option) { return firstPlace(option.letter) != words.end(); };
    const auto count = std::ranges::count_if(options, isThere);
    if (count == 0)
        return firstPlace(kRefused) != words.end() ? std::optional(kRefused) : std::nullopt;
    const char letter = std::ranges::find_if(options, isThere)->letter;
    const bool nearEnd = firstPlace(letter) - words.begin() > std::ssize(words) - kLastWords;
    return count == 1 && nearEnd ? std::optional(letter) : std::nullopt;
}

std::size_t skip(std::u32string_view text, std::size_t at, auto&& wanted) {
    while (at < text.size() && wanted(text[at]))
        ++at;
    return at;
}

/// The letter after "is" at `at`, as in "answer is **B"; in lower case.
std::optional<char32_t> letterAfterIs(std::u32string_view text, std::size_t at) {
    const std::size_t is = skip(text, at, isSpace);
    if (is == at || text.substr(is, 2) != U"is")
        return {};
    const std::size_t stars = skip(text, is + 2, isSpace);
    const std::size_t letter = skip(text, stars, [](char32_t c) { return c == U'*'; });
    const bool there = stars > is + 2 && letter < text.size() && text[letter] >= U'a' && text[letter] <= U'd';
    return there ? std::optional(text[letter]) : std::nullopt;
}

/// Rule 3. It looks at the first such place alone, and takes the beginning of a word: "the answer is blue" gives B.
std::optional<char> letterOfSentence(std::u32string_view answer, std::span<const ChoiceOption> options) {
    constexpr std::u32string_view kAnswer = U"answer";
    const std::u32string text = lowerCase(answer);
    for (std::size_t at = text.find(kAnswer); at != text.npos; at = text.find(kAnswer, at + 1)) {
        const std::optional<char32_t> found = letterAfterIs(text, at + kAnswer.size());
        if (!found)
            continue;
        const char letter = static_cast<char>(*found - U'a' + U'A');
        const bool isOption = std::ranges::find(options, letter, &ChoiceOption::letter) != options.end();
        return isOption ? std::optional(letter) : std::nullopt;
    }
    return {};
}

} // namespace

std::optional<char> optionByText(std::u32string_view answer, std::span<const ChoiceOption> options) {
    const std::u32string text = lowerCase(answer);
    std::size_t length = 0;
    std::vector<char> found;
    for (const ChoiceOption& option : options) {
        const std::u32string wanted = codePoints(option.text);
        length += wanted.size();
        if (text.find(lowerCase(wanted)) != text.npos)
            found.push_back(option.letter);
    }
    return found.size() == 1 && text.size() <= 2 * length ? std::optional(found.front()) : std::nullopt;
}

std::optional<char> optionLetter(std::string_view answer, std::span<const ChoiceOption> options, LetterRules rules) {
    const std::u32string text = codePoints(answer);
    if (answer.find(kFailed) != answer.npos)
        return optionByText(text, options);
    if (std::ranges::any_of(kRefusals, [&](std::string_view refusal) { return answer.find(refusal) != answer.npos; }))
        return kRefused;
    if (const std::optional<char> letter = letterAmongWords(text, options))
        return letter;
    if (rules == LetterRules::Newer)
        if (const std::optional<char> letter = letterOfSentence(text, options))
            return letter;
    return optionByText(text, options);
}

std::vector<ChoiceOption> optionsOf(const GivenAnswer& answer) {
    if (!answer.options.empty() || answer.expected.empty())
        return answer.options;
    return {{'A', std::string(rightCell(answer))}, {'B', "Other Answers"}};
}

char rightLetter(const GivenAnswer& answer) {
    if (answer.options.empty())
        return 'A';
    const bool isLetter = !answer.expected.empty() && answer.expected.front().size() == 1;
    return isLetter ? answer.expected.front().front() : '\0';
}

Verdict letterVerdict(std::optional<char> letter, char right) {
    if (!letter)
        return {.decided = false};
    return {.score = *letter == right && right != kRefused ? 1.0 : 0.0, .read = std::string(1, *letter)};
}

} // namespace prunescope
