#include "model/jinja/format_spec.h"

#include "model/jinja/characters.h"
#include "model/jinja/print.h"
#include "model/jinja/run.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace prunescope::model::jinja {

namespace {

constexpr int kMostDecimals = 300;

void appendTimes(Text& text, std::string_view part, Int times) {
    for (Int i = 0; i < times; ++i)
        text.append(part);
}

/// `sign` stands before padding that goes inside the number.
Text padded(Run& run, std::string_view sign, const Text& body, const FormatSpec& spec, char habit) {
    const char align = spec.align ? spec.align : habit;
    const Int missing = std::max<Int>(0, spec.width - characterCount(body.view()) - static_cast<Int>(sign.size()));
    run.checkLength(spec.fill.size(), missing);
    const Int left = align == '<' ? 0 : align == '^' ? missing / 2 : missing;
    Text result;
    if (align == '=')
        result.append(sign);
    appendTimes(result, spec.fill, left);
    if (align != '=')
        result.append(sign);
    result.append(body);
    appendTimes(result, spec.fill, missing - left);
    return result;
}

std::string inBase(Int value, int base, bool upper) {
    std::string digits;
    do {
        digits += (upper ? "0123456789ABCDEF" : "0123456789abcdef")[static_cast<int>(value % base)];
        value /= base;
    } while (value > 0);
    std::ranges::reverse(digits);
    return digits;
}

/// A comma between every three digits before the point.
std::string grouped(std::string number) {
    const std::size_t end = std::min(number.find_first_not_of("0123456789"), number.size());
    for (std::size_t at = end; at > 3;)
        number.insert(at -= 3, ",");
    return number;
}

std::string signOf(bool negative, char wanted) {
    return negative ? "-" : wanted == '-' ? "" : std::string(1, wanted);
}

std::string digitsOf(Int value, const FormatSpec& spec) {
    switch (spec.type) {
    case 'x':
    case 'X':
        return inBase(value, 16, spec.type == 'X');
    case 'o':
        return inBase(value, 8, false);
    case 'b':
        return inBase(value, 2, false);
    default:
        return decimal(value);
    }
}

std::string withDecimals(double value, std::chars_format format, int decimals) {
    std::string text(static_cast<std::size_t>(kMostDecimals + 700), '\0');
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, format, decimals).ptr;
    text.resize(static_cast<std::size_t>(end - text.data()));
    return text;
}

std::string digitsOf(double value, const FormatSpec& spec) {
    if (!std::isfinite(value))
        return std::isnan(value) ? "nan" : "inf";
    const int decimals = spec.precision < 0 ? 6 : spec.precision;
    if (decimals > kMostDecimals)
        throw UnsupportedFault("a number with " + std::to_string(decimals) + " decimals is not supported");
    switch (spec.type) {
    case 'f':
    case 'F':
        return withDecimals(value, std::chars_format::fixed, decimals);
    case '%':
        return withDecimals(value * 100, std::chars_format::fixed, decimals) + "%";
    case 'e':
    case 'E':
        return withDecimals(value, std::chars_format::scientific, decimals);
    case 0:
        if (spec.precision < 0)
            return printedFloat(value);
        throw UnsupportedFault("a precision without a type is not supported for numbers");
    default:
        return withDecimals(value, std::chars_format::general, std::max(decimals, 1));
    }
}

} // namespace

Int takeCount(std::string_view& text) {
    Int count = 0;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        count = count * 10 + (text.front() - '0');
        if (count > 1'000'000'000)
            throw UnsupportedFault("a width of more than 1000000000 is not supported");
        text.remove_prefix(1);
    }
    return count;
}

Text formattedInteger(Run& run, Int value, const FormatSpec& spec) {
    Int size = value;
    if (value < 0 && __builtin_sub_overflow(Int{0}, value, &size))
        throw UnsupportedFault("an integer is too large");
    if (std::string_view("eEfFgG%").find(spec.type) != std::string_view::npos && spec.type)
        return formattedFloat(run, static_cast<double>(value), spec);
    if (spec.type && std::string_view("diunxXob").find(spec.type) == std::string_view::npos)
        throw Fault("Unknown format code '" + std::string(1, spec.type) + "' for object of type 'int'");
    std::string digits = digitsOf(size, spec);
    if (spec.precision > std::ssize(digits))
        digits.insert(0, static_cast<std::size_t>(std::min(spec.precision, kMostDecimals)) - digits.size(), '0');
    if (spec.grouped)
        digits = grouped(digits);
    std::string sign = signOf(value < 0, spec.sign);
    if (spec.prefix && std::string_view("xXob").find(spec.type) != std::string_view::npos && spec.type)
        sign += std::string("0") + spec.type;
    return padded(run, sign, Text(digits), spec, '>');
}

Text formattedFloat(Run& run, double value, const FormatSpec& spec) {
    if (spec.type && std::string_view("eEfFgGn%").find(spec.type) == std::string_view::npos)
        throw Fault("Unknown format code '" + std::string(1, spec.type) + "' for object of type 'float'");
    const bool negative = std::signbit(value) && !std::isnan(value);
    std::string digits = digitsOf(std::abs(value), spec);
    if (spec.grouped)
        digits = grouped(digits);
    if (spec.type == 'E' || spec.type == 'G' || spec.type == 'F')
        digits = upperCase(digits);
    return padded(run, signOf(negative, spec.sign), Text(digits), spec, '>');
}

Text formattedText(Run& run, const Text& text, const FormatSpec& spec) {
    const Text part = spec.precision < 0 ? text : text.slice(0, byteOfCharacter(text.view(), spec.precision));
    return padded(run, {}, part, spec, '<');
}

} // namespace prunescope::model::jinja
