#include "model/tokenizer/full_width.h"

#include <array>
#include <string_view>

namespace prunescope::model {

namespace {

constexpr std::size_t kNowhere = std::string_view::npos;
constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kNumber = "0123456789.-";
constexpr std::string_view kInBrackets = "0123456789.-, ";
constexpr std::string_view kAxes = "xyXY";

struct Sign {
    std::string_view wide; ///< three bytes
    char ascii;
};
constexpr std::array kCommas{Sign{"，", ','}, Sign{"、", ','}};
constexpr std::array kColons{Sign{"：", ':'}};
constexpr std::array kOpening{Sign{"（", '('}, Sign{"【", '['}, Sign{"［", '['}};
constexpr std::array kClosing{Sign{"）", ')'}, Sign{"】", ']'}, Sign{"］", ']'}};

template <std::size_t N>
const Sign* signAt(std::string_view text, std::size_t at, const std::array<Sign, N>& signs) {
    for (const Sign& sign : signs)
        if (text.substr(at, sign.wide.size()) == sign.wide)
            return &sign;
    return nullptr;
}

void replace(std::string& text, std::size_t at, const Sign& sign) {
    text.replace(at, sign.wide.size(), std::string(1, sign.ascii) + std::string(sign.wide.size() - 1, ' '));
}

/// Where the byte before `at` is that is no blank.
std::size_t placeBefore(std::string_view text, std::size_t at) {
    return at == 0 ? kNowhere : text.find_last_not_of(' ', at - 1);
}

/// The byte before or behind `at`, blanks aside; 0 at an end.
char before(std::string_view text, std::size_t at) {
    const std::size_t found = placeBefore(text, at);
    return found == kNowhere ? '\0' : text[found];
}

char behind(std::string_view text, std::size_t at) {
    const std::size_t found = text.find_first_not_of(' ', at);
    return found == kNowhere ? '\0' : text[found];
}

bool isOneOf(char c, std::string_view signs) {
    return c != '\0' && signs.find(c) != kNowhere;
}

bool endsNumbers(std::string_view text, std::size_t at) {
    const char last = before(text, at);
    return isOneOf(last, kDigits) || (isOneOf(last, ")]") && isOneOf(before(text, placeBefore(text, at)), kDigits));
}

// Between two numbers or pairs of them, or before the y that belongs to an x.
void replaceComma(std::string& text, std::size_t at, const Sign& sign) {
    const char next = behind(text, at + sign.wide.size());
    if (endsNumbers(text, at) && (isOneOf(next, kNumber) || isOneOf(next, kAxes) || isOneOf(next, "([")))
        replace(text, at, sign);
}

void replaceColon(std::string& text, std::size_t at, const Sign& sign) {
    if (isOneOf(before(text, at), kAxes) && isOneOf(behind(text, at + sign.wide.size()), kNumber))
        replace(text, at, sign);
}

// Around numbers with commas between them, which are ASCII already.
void replaceBrackets(std::string& text, std::size_t at, const Sign& opening) {
    const std::size_t begin = at + opening.wide.size();
    const std::size_t end = text.find_first_not_of(kInBrackets, begin);
    if (end == kNowhere || text.substr(begin, end - begin).find(',') == kNowhere)
        return;
    if (const Sign* closing = signAt(text, end, kClosing)) {
        replace(text, at, opening);
        replace(text, end, *closing);
    }
}

} // namespace

std::string withAsciiPlaces(std::string text) {
    const auto forEach = [&text](const auto& signs, const auto& act) {
        for (std::size_t at = 0; at < text.size(); ++at)
            if (const Sign* sign = signAt(text, at, signs))
                act(text, at, *sign);
    };
    forEach(kColons, replaceColon);
    forEach(kCommas, replaceComma); // between numbers, which tells the brackets of places from others
    forEach(kOpening, replaceBrackets);
    forEach(kCommas, replaceComma); // between those brackets
    return text;
}

} // namespace prunescope::model
