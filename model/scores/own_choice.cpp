// Our own rule for the letter of an option, for tables that are no published set: reasoning, tags, quotes and Markdown
// are left out, then the papers' rules; besides, small letters with a bracket or a stop, a letter that an announcement
// ("answer:", "option") names, and one that the answer begins with are read. An article is no letter: "A blue one".
// Letters among Chinese words count as if blanks stood around them.
#include "model/scores/option_letter.h"
#include "model/scores/plain_answer.h"
#include "model/scores/python_text.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace prunescope {

namespace {

/// Options of a question that tells none: letters without texts.
std::vector<ChoiceOption> lettersAlone() {
    std::vector<ChoiceOption> options;
    for (char letter = 'A'; letter < kRefused; ++letter)
        options.push_back({letter, ""});
    return options;
}

/// Chinese, Japanese and the like, which put no blanks between words.
bool isUnspaced(char32_t character) {
    return character >= 0x2e80;
}

bool isAscii(char32_t character) {
    return character < 0x80 && isLetterOrDigit(character);
}

/// With wide letters and signs ("：", "（") as narrow ones, and with blanks around letters that stand alone among words
/// of a script without blanks, where they would be parts of words.
std::u32string separated(std::u32string text) {
    constexpr char32_t kWideBegin = 0xff01, kWideEnd = 0xff5e, kWide = 0xfee0;
    for (char32_t& character : text)
        character = character >= kWideBegin && character <= kWideEnd ? character - kWide : character;
    std::u32string result;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char32_t before = at == 0 ? U' ' : text[at - 1], after = at + 1 < text.size() ? text[at + 1] : U' ';
        const bool isAlone = isAscii(text[at]) && !isAscii(before) && !isAscii(after);
        result += isAlone && isUnspaced(before) ? U" " : U"";
        result += text[at];
        result += isAlone && isUnspaced(after) ? U" " : U"";
    }
    return result;
}

/// The words of an answer with the signs around them, and what is asked of them.
class OwnReading {
public:
    OwnReading(std::u32string text, std::span<const ChoiceOption> options)
        : m_text(std::move(text)), m_options(options) {}

    std::optional<char> letter() const {
        const std::u32string text = withoutArticle();
        if (const auto letter = optionLetter(utf8(text), m_options, LetterRules::Papers))
            return letter;
        if (const auto letter = announced(text))
            return letter;
        if (const auto letter = marked(text))
            return letter;
        return leading(text);
    }

private:
    /// The option with this letter, small or capital.
    std::optional<char> option(char32_t character) const {
        const char32_t capital = character >= U'a' && character <= U'z' ? character - U'a' + U'A' : character;
        const auto isIt = [=](const ChoiceOption& option) { return static_cast<char32_t>(option.letter) == capital; };
        const auto found = std::ranges::find_if(m_options, isIt);
        return found == m_options.end() ? std::nullopt : std::optional(found->letter);
    }

    const std::string* textOf(char letter) const {
        const auto found = std::ranges::find(m_options, letter, &ChoiceOption::letter);
        return found == m_options.end() ? nullptr : &found->text;
    }

    /// Words behind a letter of which something is said: "A is right".
    static bool saysSomething(std::u32string_view rest) {
        static constexpr std::array<std::u32string_view, 6> kVerbs{U"is", U"because", U"since", U"as", U"and", U"or"};
        return std::ranges::find(kVerbs, rest.substr(0, rest.find(U' '))) != kVerbs.end();
    }

    /// Without an "A" or "I" that begins a sentence of words instead of the text of that option.
    std::u32string withoutArticle() const {
        const bool isWord = m_text.size() > 2 && (m_text[0] == U'A' || m_text[0] == U'I') && m_text[1] == U' ' &&
                            isLetterOrDigit(m_text[2]);
        if (!isWord)
            return m_text;
        const std::string* text = textOf(static_cast<char>(m_text[0]));
        const std::u32string rest = m_text.substr(2), lower = lowerCase(rest);
        const bool isOption = text && !text->empty() && lower.starts_with(comparableWords(*text));
        return isOption || (m_text[0] == U'A' && saysSomething(lower)) ? m_text : rest;
    }

    static bool isLetterAlone(std::u32string_view text, std::size_t at) {
        const bool begins = at == 0 || !isLetterOrDigit(text[at - 1]);
        return begins && (at + 1 == text.size() || !isLetterOrDigit(text[at + 1]));
    }

    /// A letter behind the last "answer", "option" or "choice", also in Chinese, with "is", signs and blanks between
    /// them.
    std::optional<char> announced(const std::u32string& text) const {
        static constexpr std::array<std::u32string_view, 7> kAnnouncements{
            U"answer",       U"option",       U"choice", // and in Chinese: answer, option, choose, choose
            U"\u7b54\u6848", U"\u9009\u9879", U"\u9009\u62e9", U"\u9009"};
        const std::u32string lower = lowerCase(text);
        if (lower.size() != text.size())
            return {};
        std::size_t last = text.npos;
        std::optional<char> letter;
        for (const std::u32string_view announcement : kAnnouncements)
            for (std::size_t at = lower.find(announcement); at != text.npos; at = lower.find(announcement, at + 1))
                if (const auto found = letterBehind(text, lower, at + announcement.size());
                    found && (last == text.npos || at > last)) {
                    letter = found;
                    last = at;
                }
        return letter;
    }

    std::optional<char> letterBehind(std::u32string_view text, std::u32string_view lower, std::size_t at) const {
        static constexpr std::u32string_view kBetween = U" :=([\u662f\u4e3a"; // both are "is"
        std::size_t letter = lower.find_first_not_of(kBetween, at);
        if (letter != text.npos && lower.substr(letter).starts_with(U"is") && letter > at)
            letter = lower.find_first_not_of(kBetween, letter + 2);
        const bool there = letter != text.npos && letter > at && isLetterAlone(text, letter);
        const bool isArticle = there && text[letter] == U'a' && letter + 1 < text.size() && text[letter + 1] == U' ';
        return there && !isArticle ? option(text[letter]) : std::nullopt;
    }

    /// The letter that the answer begins with: a capital before anything but a letter, if no other stands in it, or a
    /// small one alone.
    std::optional<char> leading(std::u32string_view text) const {
        if (text.size() == 1)
            return option(text.front());
        std::set<char32_t> capitals;
        for (std::size_t at = 0; at < text.size(); ++at)
            if (text[at] < U'a' && isLetterAlone(text, at) && option(text[at]))
                capitals.insert(text[at]);
        return capitals.size() == 1 && isLetterAlone(text, 0) ? option(text.front()) : std::nullopt;
    }

    /// The one letter that stands in brackets or before a bracket, a colon or a stop: "b)", "(b)", "b. blue".
    std::optional<char> marked(std::u32string_view text) const {
        std::set<char> found;
        for (std::size_t at = 0; at + 1 < text.size(); ++at) {
            const bool begins = at == 0 || text[at - 1] == U' ' || text[at - 1] == U'(' || text[at - 1] == U'[';
            const bool closes = text[at + 1] == U')' || text[at + 1] == U']' || text[at + 1] == U':';
            const bool stops = text[at + 1] == U'.' && (at + 2 == text.size() || text[at + 2] == U' ');
            if (const auto letter = option(text[at]); letter && begins && (closes || stops))
                found.insert(*letter);
        }
        return found.size() == 1 ? std::optional(*found.begin()) : std::nullopt;
    }

    std::u32string m_text;
    std::span<const ChoiceOption> m_options;
};

std::optional<char> letterIn(std::string_view answer, std::span<const ChoiceOption> options) {
    const std::u32string text = codePoints(plainAnswer(answer));
    if (const auto letter = OwnReading(text, options).letter())
        return letter;
    return OwnReading(separated(text), options).letter();
}

Verdict ownChoice(const GivenAnswer& answer) {
    if (answer.expected.empty())
        return {.decided = false};
    const std::vector<ChoiceOption> options = answer.options.empty() ? lettersAlone() : answer.options;
    const std::optional<char> right = letterIn(answer.expected.front(), options);
    return letterVerdict(letterIn(answer.text, options), right.value_or('\0'));
}

} // namespace

ScoreEntry ownChoiceScore() {
    return {"own_choice", "The letter or the text of the right option, however it is written (own rule)", ownChoice};
}

} // namespace prunescope
