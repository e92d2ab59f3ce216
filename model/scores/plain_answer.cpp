#include "model/scores/plain_answer.h"

#include "model/scores/python_text.h"

#include <cctype>
#include <cstddef>
#include <optional>

namespace prunescope {

namespace {

constexpr std::string_view kThink = "<think>";
constexpr std::string_view kThinkEnd = "</think>";

/// Behind the brace that closes the one before `at`; the end where none does.
std::size_t closingBrace(std::string_view text, std::size_t at) {
    for (int open = 1; at < text.size(); ++at) {
        open += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
        if (open == 0)
            return at;
    }
    return text.size();
}

std::optional<std::string_view> boxed(std::string_view text) {
    constexpr std::string_view kBoxed = "\\boxed{";
    const std::size_t at = text.rfind(kBoxed);
    if (at == text.npos)
        return {};
    const std::size_t begin = at + kBoxed.size();
    return text.substr(begin, closingBrace(text, begin) - begin);
}

std::optional<std::string_view> tagged(std::string_view text) {
    constexpr std::string_view kAnswer = "<answer>";
    const std::size_t at = text.rfind(kAnswer);
    if (at == text.npos)
        return {};
    const std::string_view inside = text.substr(at + kAnswer.size());
    return inside.substr(0, inside.find("</answer>"));
}

/// Length of the tag that `text` begins with: "<b>", "</answer>", "<|im_end|>"; else 0.
std::size_t tagLength(std::string_view text) {
    constexpr std::size_t kLongest = 64;
    if (text.size() < 3 || text[0] != '<')
        return 0;
    const auto next = static_cast<unsigned char>(text[1]);
    const std::size_t end = text.substr(0, kLongest).find('>');
    return end != text.npos && (std::isalpha(next) || next == '/' || next == '|') ? end + 1 : 0;
}

std::string withoutTags(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        const std::size_t tag = tagLength(text);
        plain += tag > 0 ? ' ' : text.front();
        text.remove_prefix(tag > 0 ? tag : 1);
    }
    return plain;
}

bool isMarkup(char32_t c) {
    constexpr std::u32string_view kMarkup = U"*`#\"'$\u2018\u2019\u201c\u201d\u00ab\u00bb\u300c\u300d\u300e\u300f";
    return kMarkup.find(c) != kMarkup.npos;
}

/// Quotes and signs of Markdown, but none inside a word: "it's", "snake_case".
std::u32string withoutMarkup(std::u32string_view text) {
    std::u32string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool insideWord =
            i > 0 && i + 1 < text.size() && isLetterOrDigit(text[i - 1]) && isLetterOrDigit(text[i + 1]);
        if (insideWord || (!isMarkup(text[i]) && text[i] != U'_'))
            plain += text[i];
        else if (!plain.empty())
            plain += U' ';
    }
    return plain;
}

} // namespace

std::string_view withoutReasoning(std::string_view answer) {
    const std::size_t end = answer.rfind(kThinkEnd);
    if (end != answer.npos)
        return answer.substr(end + kThinkEnd.size());
    const std::size_t begin = answer.find_first_not_of(" \t\r\n");
    return begin != answer.npos && answer.substr(begin).starts_with(kThink) ? std::string_view() : answer;
}

std::string plainAnswer(std::string_view answer) {
    std::string_view text = withoutReasoning(answer);
    text = tagged(text).value_or(text);
    text = boxed(text).value_or(text);
    return utf8(joinedWords(withoutMarkup(codePoints(withoutTags(text)))));
}

} // namespace prunescope
