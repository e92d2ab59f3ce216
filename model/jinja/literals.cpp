#include "model/jinja/literals.h"

#include "model/jinja/characters.h"
#include "model/jinja/fault.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace prunescope::model::jinja {

namespace {

int digitOf(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

/// Digits of a base from `at` on, single `_` between them.
std::size_t digitsEnd(std::string_view text, std::size_t at, int base) {
    const std::size_t begin = at;
    while (at < text.size()) {
        const bool gap = text[at] == '_' && at > begin && at + 1 < text.size();
        if (digitOf(text[at + (gap ? 1 : 0)]) >= base)
            break;
        at += gap ? 2 : 1;
    }
    return at;
}

int baseOfPrefix(std::string_view text) {
    if (text.size() < 2 || text[0] != '0')
        return 0;
    const char letter = static_cast<char>(text[1] | 0x20);
    return letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
}

std::string_view trimmed(std::string_view text) {
    text = text.substr(0, withoutTrailingSpace(text));
    return text.substr(leadingSpace(text));
}

Int addDigit(Int value, int digit, int base) {
    Int larger = 0;
    if (__builtin_mul_overflow(value, Int{base}, &larger) || __builtin_add_overflow(larger, Int{digit}, &larger))
        throw UnsupportedFault("an integer is too large");
    return larger;
}

/// What a number is that no double comes near.
double outOfRange(std::string_view number) {
    const bool negative = number.starts_with('-');
    number.remove_prefix(negative ? 1 : 0);
    const bool tiny = number.starts_with("0.") || number.find("e-") != std::string_view::npos ||
                      number.find("E-") != std::string_view::npos;
    const double size = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    return negative ? -size : size;
}

/// Digits that a `\x`, `\u` or `\U` escape has.
std::size_t hexDigits(char kind) {
    return kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
}

constexpr std::string_view kSingle = "abfnrtv\\'\"";
constexpr std::string_view kMeant = "\a\b\f\n\r\t\v\\'\"";

/// Reads the escape behind the backslash at `at`; gives the byte after it.
std::size_t escape(std::string_view text, std::size_t at, std::string& result) {
    const char kind = text[at + 1];
    if (const std::size_t which = kSingle.find(kind); which != std::string_view::npos) {
        result += kMeant[which];
        return at + 2;
    }
    std::size_t begin = at + 2, end = begin + hexDigits(kind);
    const bool octal = kind >= '0' && kind <= '7';
    if (octal) {
        begin = at + 1;
        end = std::min(digitsEnd(text, begin, 8), begin + 3);
    } else if (begin == end) { // a line that goes on, or no escape
        result += kind == '\n' ? "" : "\\" + std::string(1, kind);
        return begin;
    }
    unsigned point = 0;
    const auto read =
        std::from_chars(text.data() + begin, text.data() + std::min(end, text.size()), point, octal ? 8 : 16);
    if (end > text.size() || read.ptr != text.data() + end || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000))
        throw Fault("a text has the escape \"\\" + std::string(1, kind) + "\" of no character");
    appendCodePoint(result, point);
    return end;
}

} // namespace

std::size_t integerLength(std::string_view text) {
    if (text.empty() || digitOf(text[0]) > 9)
        return 0;
    if (const int base = baseOfPrefix(text)) {
        const std::size_t begin = text.size() > 2 && text[2] == '_' ? 3 : 2, end = digitsEnd(text, begin, base);
        if (end > begin)
            return end;
    }
    return digitsEnd(text, 0, text[0] == '0' ? 1 : 10);
}

std::size_t floatLength(std::string_view text) {
    std::size_t end = digitsEnd(text, 0, 10);
    if (end == 0)
        return 0;
    bool real = false;
    if (end < text.size() && text[end] == '.')
        if (const std::size_t fraction = digitsEnd(text, end + 1, 10); fraction > end + 1) {
            end = fraction;
            real = true;
        }
    if (end < text.size() && (text[end] | 0x20) == 'e') {
        const std::size_t sign = end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-') ? 1 : 0;
        if (const std::size_t exponent = digitsEnd(text, end + 1 + sign, 10); exponent > end + 1 + sign)
            return exponent;
    }
    return real ? end : 0;
}

std::optional<Int> parseInteger(std::string_view text, int base) {
    text = trimmed(text);
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative || text.starts_with('+') ? 1 : 0);
    if (const int prefixed = baseOfPrefix(text); prefixed && (base == 0 || base == prefixed)) {
        base = prefixed;
        text.remove_prefix(text.size() > 2 && text[2] == '_' ? 3 : 2);
    }
    base = base == 0 ? 10 : base;
    if (text.empty() || digitsEnd(text, 0, base) != text.size())
        return std::nullopt;
    Int value = 0;
    for (const char c : text)
        if (c != '_')
            value = addDigit(value, digitOf(c), base);
    return negative ? -value : value;
}

std::optional<double> parseFloat(std::string_view text) {
    text = trimmed(text);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] != '_' || i == 0 || i + 1 == text.size() || digitOf(text[i - 1]) > 9 || digitOf(text[i + 1]) > 9)
            plain += text[i];
    if (plain.starts_with('+') && plain.size() > 1 && plain[1] != '-')
        plain.erase(0, 1);
    double value = 0;
    const auto read = std::from_chars(plain.data(), plain.data() + plain.size(), value);
    if (read.ptr != plain.data() + plain.size() || plain.empty() || plain.find('(') != std::string::npos)
        return std::nullopt;
    if (read.ec == std::errc::result_out_of_range)
        return outOfRange(plain);
    return value;
}

std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] == '\\' && i + 1 < text.size())
            i = escape(text, i, result);
        else
            result += text[i++];
    }
    return result;
}

} // namespace prunescope::model::jinja
