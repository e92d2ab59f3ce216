#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prunescope {

/// Number of an image's vision tokens that may stay: a share of them or a count, as in `keep=1/3` and `keep=300`.
class TokenBudget {
public:
    /// Everything stays.
    TokenBudget() = default;
    /// `numerator / denominator` of all; 0 < numerator <= denominator.
    static TokenBudget share(std::int64_t numerator, std::int64_t denominator);
    /// A budget of at most `tokens`, which is 2 or more.
    static TokenBudget count(std::int64_t tokens);
    /// "1/3", "0.25" and "1" are shares; a whole number from 2 on is a count. Nothing for any other text.
    static std::optional<TokenBudget> parse(std::string_view text);

    /// Whether it is a count, else a share in lowest terms: `numerator() / denominator()`.
    bool isCount() const { return m_denominator == 0; }
    std::int64_t numerator() const { return m_numerator; }     ///< of a count: the count
    std::int64_t denominator() const { return m_denominator; } ///< of a count: 0
    bool keepsAll() const { return m_denominator == m_numerator; }
    /// Number of tokens that stay of `all`: 1 or more, rounded down (uniprune-2026 spec 7.1).
    int tokensOf(int all) const;
    /// The canonical text: `parse(text()) == *this`.
    std::string text() const;
    bool operator==(const TokenBudget&) const = default;
    /// Says nothing of which keeps more: Qt asks for some order of what signals carry.
    bool operator<(const TokenBudget& other) const {
        return m_numerator != other.m_numerator ? m_numerator < other.m_numerator : m_denominator < other.m_denominator;
    }

private:
    std::int64_t m_numerator = 1;
    std::int64_t m_denominator = 1; ///< 0: `m_numerator` is a count
};

} // namespace prunescope
