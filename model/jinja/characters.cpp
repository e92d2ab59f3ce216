#include "model/jinja/characters.h"

#include <algorithm>
#include <array>
#include <utf8proc.h>

namespace prunescope::model::jinja {

namespace {

constexpr utf8proc_int32_t kNone = -1;

struct Character {
    utf8proc_int32_t point;
    std::size_t length;
};

Character first(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80)
        return {lead, 1};
    utf8proc_int32_t point = kNone;
    const auto read = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(std::min<std::size_t>(text.size(), 4)), &point);
    return read > 0 ? Character{point, static_cast<std::size_t>(read)} : Character{kNone, 1};
}

bool isAscii(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

template <typename Change>
std::string mapEach(std::string_view text, Change&& change) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const Character character = first(text);
        if (character.point == kNone)
            result += text.front();
        else
            change(result, character.point);
        text.remove_prefix(character.length);
    }
    return result;
}

utf8proc_category_t categoryOf(std::string_view character) {
    const utf8proc_int32_t point = first(character).point;
    return point == kNone ? UTF8PROC_CATEGORY_CN : utf8proc_category(point);
}

} // namespace

std::size_t characterLength(std::string_view text) {
    return first(text).length;
}

std::size_t lastCharacterLength(std::string_view text) {
    for (std::size_t length = 1; length <= std::min<std::size_t>(4, text.size()); ++length)
        if (first(text.substr(text.size() - length)).length == length &&
            (length == 1 || first(text.substr(text.size() - length)).point != kNone) &&
            (static_cast<unsigned char>(text[text.size() - length]) & 0xC0) != 0x80)
            return length;
    return 1;
}

std::int64_t characterCount(std::string_view text) {
    if (isAscii(text))
        return std::ssize(text);
    std::int64_t count = 0;
    for (; !text.empty(); ++count)
        text.remove_prefix(characterLength(text));
    return count;
}

std::size_t byteOfCharacter(std::string_view text, std::int64_t index) {
    std::size_t at = 0;
    for (; index > 0 && at < text.size(); --index)
        at += characterLength(text.substr(at));
    return at;
}

char32_t codePointOf(std::string_view character) {
    const Character read = first(character);
    return read.point == kNone ? static_cast<unsigned char>(character.front()) : static_cast<char32_t>(read.point);
}

void appendCodePoint(std::string& text, char32_t codePoint) {
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto length = utf8proc_encode_char(static_cast<utf8proc_int32_t>(codePoint), bytes.data());
    text.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
}

bool isSpace(std::string_view character) {
    const utf8proc_int32_t point = first(character).point;
    if (point < 0x80)
        return (point >= 0x09 && point <= 0x0D) || (point >= 0x1C && point <= 0x20);
    return point == 0x85 || point == 0xA0 || point == 0x1680 || (point >= 0x2000 && point <= 0x200A) ||
           point == 0x2028 || point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x3000;
}

bool isAllSpace(std::string_view text) {
    return !text.empty() && leadingSpace(text) == text.size();
}

bool isPrintable(std::string_view character) {
    if (character == " ")
        return true;
    switch (categoryOf(character)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_ZS:
        return false;
    default:
        return true;
    }
}

bool isLetter(std::string_view character) {
    const auto category = categoryOf(character);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO;
}

bool isDigit(std::string_view character) {
    return categoryOf(character) == UTF8PROC_CATEGORY_ND;
}

std::size_t leadingSpace(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && isSpace(text.substr(at)))
        at += characterLength(text.substr(at));
    return at;
}

std::size_t withoutTrailingSpace(std::string_view text) {
    while (!text.empty()) {
        const std::size_t last = lastCharacterLength(text);
        if (!isSpace(text.substr(text.size() - last)))
            break;
        text.remove_suffix(last);
    }
    return text.size();
}

std::string upperCase(std::string_view text) {
    return mapEach(text, [](std::string& result, utf8proc_int32_t point) {
        if (point == 0xDF)
            result += "SS";
        else
            appendCodePoint(result, static_cast<char32_t>(utf8proc_toupper(point)));
    });
}

std::string lowerCase(std::string_view text) {
    return mapEach(text, [](std::string& result, utf8proc_int32_t point) {
        appendCodePoint(result, static_cast<char32_t>(utf8proc_tolower(point)));
    });
}

} // namespace prunescope::model::jinja
