#include "model/scores/document_answer.h"

#include "core/base/python_number.h"
#include "model/scores/answer_fields.h"
#include "model/scores/edit_distance.h"
#include "model/scores/python_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace prunescope {

namespace {

double asScore(bool right) {
    return right ? 1 : 0;
}

std::u32string_view withoutFront(std::u32string_view text, char32_t sign) {
    text.remove_prefix(std::min(text.find_first_not_of(sign), text.size()));
    return text;
}

std::u32string_view withoutBack(std::u32string_view text, char32_t sign) {
    const std::size_t last = text.find_last_not_of(sign);
    return text.substr(0, last == text.npos ? 0 : last + 1);
}

/// Without " (...)", as often as it stands there.
std::u32string withoutRemarks(std::u32string_view text) {
    std::u32string plain;
    while (!text.empty()) {
        const auto blanks = static_cast<std::size_t>(std::ranges::find_if_not(text, isSpace) - text.begin());
        const bool isRemark = text.substr(blanks).starts_with(U'(');
        const std::size_t close = isRemark ? text.find(U')', blanks) : 0;
        if (close == text.npos)
            return plain.append(text);
        if (!isRemark)
            plain.append(text.substr(0, std::max(blanks, std::size_t{1})));
        text.remove_prefix(isRemark ? close + 1 : std::max(blanks, std::size_t{1}));
    }
    return plain;
}

std::u32string_view withoutQuotes(std::u32string_view text) {
    constexpr std::u32string_view kQuotes = U"'\"";
    if (!text.empty() && kQuotes.find(text.front()) != kQuotes.npos)
        text.remove_prefix(1);
    if (!text.empty() && kQuotes.find(text.back()) != kQuotes.npos)
        text.remove_suffix(1);
    return text;
}

/// As the toolkit cleans a text before it compares it. Its cuts of "miles" and "million" have no effect there.
std::u32string cleaned(std::u32string_view text) {
    const std::u32string lower = lowerCase(text);
    const std::u32string plain = withoutRemarks(stripped(lower));
    const std::u32string_view unquoted = stripped(withoutQuotes(stripped(plain)));
    const std::u32string_view amount = stripped(withoutFront(unquoted, U'$'));
    return std::u32string(stripped(withoutBack(amount, U'%')));
}

double wholeNumberScore(std::u32string_view given, std::u32string_view right) {
    const std::optional<double> value = pythonFloat(given);
    const auto whole = value ? pythonInteger(*value) : std::nullopt;
    return asScore(whole && whole == pythonInteger(right));
}

/// Decimals of a number as Python prints it, 3 where it prints no point.
std::size_t decimals(double value) {
    constexpr std::size_t kWithoutPoint = 3;
    const std::string text = std::isfinite(value) ? pythonNumber(value) : "inf";
    const std::size_t point = text.rfind('.');
    return point == text.npos ? kWithoutPoint : text.size() - point - 1;
}

/// round(value, digits): of the number as it is, not as it is written.
std::string rounded(double value, std::size_t digits) {
    char text[512]; // the largest double has 309 digits before its point, and the shortest text at most 25 behind it
    const auto [end, error] =
        std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, static_cast<int>(digits));
    const std::string number(text, end);
    return number.find_first_not_of("-0.") == number.npos ? "0" : number;
}

bool isNear(double right, double given) {
    constexpr double kRelative = 0.01;
    const bool isClose = std::isfinite(right) && std::isfinite(given) &&
                         std::abs(right - given) <= kRelative * std::max(std::abs(right), std::abs(given));
    const std::size_t digits = std::max(std::min(decimals(given), decimals(right)), std::size_t{2});
    return right == given || isClose || (!std::isnan(given) && rounded(right, digits) == rounded(given, digits));
}

/// A percentage may stand for its part of one, and the other way round.
double numberScore(std::u32string_view given, std::u32string_view right) {
    const std::optional<double> a = pythonFloat(cleaned(given));
    const std::optional<double> b = pythonFloat(cleaned(right));
    return asScore(a && b && (isNear(*b / 100, *a) || isNear(*b, *a) || isNear(*b * 100, *a)));
}

std::size_t digitsFrom(std::u32string_view text, std::size_t at) {
    std::size_t end = at;
    while (end < text.size() && digitValue(text[end]) >= 0)
        ++end;
    return end - at;
}

/// Lengths of the runs of digits of a text that has nothing else but a hyphen or a blank between two; else empty.
std::vector<std::size_t> digitGroups(std::u32string_view text) {
    std::vector<std::size_t> groups;
    for (std::size_t at = 0;; ++at) {
        groups.push_back(digitsFrom(text, at));
        at += groups.back();
        if (groups.back() == 0 || (at < text.size() && text[at] != U'-' && !isSpace(text[at])))
            return {};
        if (at == text.size())
            return groups;
    }
}

/// A telephone number or a date: digits, with one more group at most; or of 4, 2 and 2 digits.
bool isNumberOrDate(std::u32string_view text) {
    const std::vector<std::size_t> groups = digitGroups(text);
    return groups.size() == 1 || groups.size() == 2 || groups == std::vector<std::size_t>{4, 2, 2};
}

bool isOneOf(char32_t c, std::u32string_view signs) {
    return (c < 0x80 && isLetterOrDigit(c)) || signs.find(c) != signs.npos;
}

bool isMailAddress(std::u32string_view text) {
    const std::size_t at = text.rfind(U'@');
    const std::size_t dot = text.rfind(U'.');
    if (at == text.npos || at == 0 || dot == text.npos || dot < at + 2 || text.size() - dot < 3)
        return false;
    const auto isLetter = [](char32_t c) { return (c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z'); };
    return std::ranges::all_of(text.substr(0, at), [](char32_t c) { return isOneOf(c, U"._%+-"); }) &&
           std::ranges::all_of(text.substr(at + 1, dot - at - 1), [](char32_t c) { return isOneOf(c, U".-"); }) &&
           std::ranges::all_of(text.substr(dot + 1), isLetter);
}

/// Texts of which every letter counts: addresses, files, pages, times, numbers, dates.
bool isExact(std::u32string_view text) {
    const auto has = [=](std::u32string_view part) { return text.find(part) != text.npos; };
    return has(U"https://") || text.ends_with(U".py") || text.ends_with(U"ipynb") || text.starts_with(U"page") ||
           has(U"a.m.") || has(U"p.m.") || isNumberOrDate(text) || isMailAddress(text);
}

/// As `anls`, but a half is 0 here.
double similarity(std::u32string_view given, std::u32string_view right) {
    const std::size_t longer = std::max(upperCaseLength(given), upperCaseLength(right));
    const double edits = static_cast<double>(editDistance(right, given));
    const double similarity = longer == 0 ? 1 : 1 - edits / static_cast<double>(longer);
    return similarity <= 0.5 ? 0 : similarity;
}

double textScore(std::u32string_view given, std::u32string_view right) {
    const std::u32string a = cleaned(given);
    const std::u32string b = cleaned(right);
    return isExact(b) ? asScore(a == b) : similarity(a, b);
}

/// The cleaned entries in order; nothing where a list is begun and not ended.
std::optional<std::vector<std::u32string>> sortedEntries(std::string_view text) {
    std::vector<std::string> entries{std::string(text)};
    if (text.starts_with('[')) {
        const auto list = pythonList(text);
        if (!list)
            return {};
        entries = *list;
    }
    std::vector<std::u32string> clean;
    for (const std::string& entry : entries)
        clean.push_back(cleaned(codePoints(entry)));
    std::ranges::sort(clean);
    return clean;
}

double listScore(std::string_view given, std::string_view right) {
    const auto a = sortedEntries(given);
    const auto b = sortedEntries(right);
    if (!a || !b || a->size() != b->size() || b->empty())
        return 0;
    const auto joined = [](const std::vector<std::u32string>& entries) {
        std::u32string text;
        for (const std::u32string& entry : entries)
            text += (&entry == &entries.front() ? U"" : U"-") + entry;
        return text;
    };
    if (pythonFloat(b->front()) || isExact(b->front()))
        return asScore(joined(*a) == joined(*b));
    double least = 1;
    for (std::size_t i = 0; i < b->size(); ++i)
        least = std::min(least, similarity((*a)[i], (*b)[i]));
    return least;
}

} // namespace

double documentScore(std::string_view given, const GivenAnswer& answer) {
    const std::string_view format = fieldOf(answer, "answer_format");
    const std::string_view right = rightCell(answer);
    if (format == "Int")
        return wholeNumberScore(codePoints(given), codePoints(right));
    if (format == "Float")
        return numberScore(codePoints(given), codePoints(right));
    if (format == "Str")
        return textScore(codePoints(given), codePoints(right));
    return listScore(given, right);
}

} // namespace prunescope
