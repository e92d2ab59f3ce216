#include "core/pruning/token_budget.h"

#include "core/base/error.h"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace prunescope {

namespace {

constexpr std::int64_t kMost = 1'000'000'000; // products with a block count stay far below 2^63
constexpr std::size_t kDecimals = 9;

/// A whole number without a sign, at most kMost.
std::optional<std::int64_t> wholeNumber(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc() && end == text.data() + text.size() && text.front() != '-';
    return good && value <= kMost ? std::optional(value) : std::nullopt;
}

bool isShare(std::int64_t numerator, std::int64_t denominator) {
    return numerator > 0 && numerator <= denominator;
}

/// "0.25": exactly 25/100.
std::optional<TokenBudget> decimalShare(std::string_view whole, std::string_view decimals) {
    if (decimals.size() > kDecimals || (!whole.empty() && whole != "0" && whole != "1"))
        return std::nullopt;
    const auto digits = wholeNumber(decimals);
    std::int64_t denominator = 1;
    for (std::size_t i = 0; i < decimals.size(); ++i)
        denominator *= 10;
    const std::int64_t numerator = digits.value_or(-1) + (whole == "1" ? denominator : 0);
    if (!digits || !isShare(numerator, denominator))
        return std::nullopt;
    return TokenBudget::share(numerator, denominator);
}

std::optional<TokenBudget> fraction(std::string_view above, std::string_view below) {
    const auto numerator = wholeNumber(above), denominator = wholeNumber(below);
    if (!numerator || !denominator || !isShare(*numerator, *denominator))
        return std::nullopt;
    return TokenBudget::share(*numerator, *denominator);
}

} // namespace

TokenBudget TokenBudget::share(std::int64_t numerator, std::int64_t denominator) {
    check(isShare(numerator, denominator) && denominator <= kMost, "a share is above 0 and at most 1");
    const std::int64_t divisor = std::gcd(numerator, denominator);
    TokenBudget budget;
    budget.m_numerator = numerator / divisor;
    budget.m_denominator = denominator / divisor;
    return budget;
}

TokenBudget TokenBudget::count(std::int64_t tokens) {
    check(tokens >= 2 && tokens <= kMost, "a count of tokens is 2 or more");
    TokenBudget budget;
    budget.m_numerator = tokens;
    budget.m_denominator = 0;
    return budget;
}

std::optional<TokenBudget> TokenBudget::parse(std::string_view text) {
    if (const std::size_t at = text.find('/'); at != std::string_view::npos)
        return fraction(text.substr(0, at), text.substr(at + 1));
    if (const std::size_t at = text.find('.'); at != std::string_view::npos)
        return decimalShare(text.substr(0, at), text.substr(at + 1));
    const auto number = wholeNumber(text);
    if (!number || *number == 0)
        return std::nullopt;
    return *number == 1 ? TokenBudget() : count(*number);
}

int TokenBudget::tokensOf(int all) const {
    const std::int64_t tokens = isCount() ? m_numerator : all * m_numerator / m_denominator;
    return static_cast<int>(std::clamp<std::int64_t>(tokens, 1, std::max(all, 1)));
}

std::string TokenBudget::text() const {
    const std::string numerator = std::to_string(m_numerator);
    return m_denominator < 2 ? numerator : numerator + "/" + std::to_string(m_denominator);
}

} // namespace prunescope
