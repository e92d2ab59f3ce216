#include "model/scores/python_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utf8proc.h>

namespace prunescope {

namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kCapitalSigma = 0x03A3;
constexpr char32_t kFinalSigma = 0x03C2;
constexpr char32_t kCapitalDottedI = 0x0130; // the one letter whose lower case has two characters, i and U+0307

utf8proc_category_t category(char32_t character) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(character));
}

bool isIn(char32_t c, char32_t first, char32_t last) {
    return c >= first && c <= last;
}

} // namespace

std::u32string codePoints(std::string_view utf8) {
    std::u32string text;
    text.reserve(utf8.size());
    const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(utf8.data());
    for (std::size_t at = 0; at < utf8.size();) {
        utf8proc_int32_t point = 0;
        const auto read = utf8proc_iterate(bytes + at, static_cast<utf8proc_ssize_t>(utf8.size() - at), &point);
        text += read > 0 ? static_cast<char32_t>(point) : kReplacement;
        at += read > 0 ? static_cast<std::size_t>(read) : 1;
    }
    return text;
}

std::string utf8(std::u32string_view text) {
    std::string encoded;
    for (const char32_t character : text) {
        utf8proc_uint8_t bytes[4];
        const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(character), bytes);
        encoded.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    }
    return encoded;
}

namespace {

/// Unicode's Cased: letters with case, and the circled, squared and Roman ones that are no letters.
bool isCased(char32_t c) {
    const utf8proc_category_t kind = category(c);
    return kind == UTF8PROC_CATEGORY_LU || kind == UTF8PROC_CATEGORY_LL || kind == UTF8PROC_CATEGORY_LT || c == 0xAA ||
           c == 0xBA || isIn(c, 0x2160, 0x217F) || isIn(c, 0x24B6, 0x24E9) || isIn(c, 0x1F130, 0x1F149) ||
           isIn(c, 0x1F150, 0x1F169) || isIn(c, 0x1F170, 0x1F189);
}

/// Unicode's Case_Ignorable: marks, and the punctuation that stands inside words.
bool isCaseIgnorable(char32_t c) {
    constexpr std::u32string_view kInsideWords =
        U"'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";
    const utf8proc_category_t kind = category(c);
    return kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_ME || kind == UTF8PROC_CATEGORY_CF ||
           kind == UTF8PROC_CATEGORY_LM || kind == UTF8PROC_CATEGORY_SK || kInsideWords.find(c) != kInsideWords.npos;
}

/// Whether the sigma at `at` ends a word: a cased letter before it and none behind it, marks aside.
bool endsWord(std::u32string_view text, std::size_t at) {
    std::size_t before = at;
    while (before > 0 && isCaseIgnorable(text[before - 1]))
        --before;
    if (before == 0 || !isCased(text[before - 1]))
        return false;
    const auto behind = std::ranges::find_if_not(text.substr(at + 1), isCaseIgnorable);
    return behind == text.end() || !isCased(*behind);
}

} // namespace

std::u32string lowerCase(std::u32string_view text) {
    std::u32string lower;
    lower.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == kCapitalSigma && endsWord(text, i))
            lower += kFinalSigma;
        else if (text[i] == kCapitalDottedI)
            lower += U"i\u0307";
        else
            lower += static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(text[i])));
    return lower;
}

std::size_t upperCaseLength(std::u32string_view text) {
    constexpr char32_t kCapitalSharpS = 0x1E9E;
    constexpr utf8proc_ssize_t kLongest = 32; // of one character's folding; Unicode's own bound is 3
    std::size_t length = 0;
    for (const char32_t c : text) {
        // Folded for comparing without case a character is as long as in capitals, these two aside.
        utf8proc_int32_t folded[kLongest];
        int boundClass = 0;
        const auto count = c < 0x80 || c == kCapitalSharpS || c == kCapitalDottedI
                               ? 1
                               : utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c), folded, kLongest,
                                                         UTF8PROC_CASEFOLD, &boundClass);
        length += count > 0 ? static_cast<std::size_t>(count) : 1;
    }
    return length;
}

bool isSpace(char32_t c) {
    return c == U' ' || isIn(c, 0x09, 0x0D) || isIn(c, 0x1C, 0x1F) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           isIn(c, 0x2000, 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

bool isLetterOrDigit(char32_t c) {
    const utf8proc_category_t kind = category(c);
    return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
           (kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO);
}

int digitValue(char32_t c) {
    const auto isDigit = [](char32_t digit) { return category(digit) == UTF8PROC_CATEGORY_ND; };
    if (c < 0x80)
        return c >= U'0' && c <= U'9' ? static_cast<int>(c - U'0') : -1;
    if (!isDigit(c))
        return -1;
    // Unicode has the digits of a script in a row from zero on, and where two rows meet the second begins after a nine.
    char32_t first = c;
    while (isDigit(first - 1))
        --first;
    return static_cast<int>((c - first) % 10);
}

std::u32string_view stripped(std::u32string_view text) {
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    return text;
}

std::vector<std::u32string_view> splitWords(std::u32string_view text) {
    std::vector<std::u32string_view> words;
    for (auto at = text.begin();;) {
        at = std::find_if_not(at, text.end(), isSpace);
        if (at == text.end())
            return words;
        const auto end = std::find_if(at, text.end(), isSpace);
        words.emplace_back(at, end);
        at = end;
    }
}

std::u32string joinedWords(std::u32string_view text) {
    std::u32string joined;
    for (const std::u32string_view word : splitWords(text))
        joined.append(joined.empty() ? U"" : U" ").append(word);
    return joined;
}

std::u32string replaced(std::u32string text, char32_t from, char32_t to) {
    std::ranges::replace(text, from, to);
    return text;
}

std::u32string without(std::u32string text, char32_t character) {
    std::erase(text, character);
    return text;
}

std::u32string normalFormC(std::u32string_view text) {
    const std::string encoded = utf8(text);
    utf8proc_uint8_t* composed = nullptr;
    const auto length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(encoded.data()),
                                     static_cast<utf8proc_ssize_t>(encoded.size()), &composed,
                                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, std::free);
    if (length < 0)
        return std::u32string(text);
    return codePoints({reinterpret_cast<const char*>(composed), static_cast<std::size_t>(length)});
}

std::u32string comparableWords(std::string_view utf8) {
    return joinedWords(lowerCase(codePoints(utf8)));
}

} // namespace prunescope
