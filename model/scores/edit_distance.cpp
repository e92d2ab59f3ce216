#include "model/scores/edit_distance.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <numeric>
#include <unordered_map>
#include <utility>

namespace prunescope {

std::size_t editDistance(std::u32string_view a, std::u32string_view b) {
    std::vector<std::size_t> row(b.size() + 1); // from the characters of `a` so far to each beginning of `b`
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

namespace {

using Words = std::vector<std::uint64_t>;

/// Where each character stands in a text, a bit a place, to compare it with many others (Hyyrö, Bit-parallel LCS-length
/// computation revisited, 2004).
class CommonLength {
public:
    explicit CommonLength(std::u32string_view text) : m_words((text.size() + 63) / 64) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            Words& places = m_places[text[i]];
            places.resize(m_words);
            places[i / 64] |= std::uint64_t{1} << (i % 64);
        }
    }

    /// Length of the longest sequence of characters that both have in this order.
    std::size_t with(std::u32string_view other) const {
        Words row(m_words, ~std::uint64_t{0});
        for (const char32_t character : other)
            if (const auto found = m_places.find(character); found != m_places.end())
                step(row, found->second);
        std::size_t length = 0;
        for (const std::uint64_t word : row)
            length += static_cast<std::size_t>(std::popcount(~word));
        return length;
    }

private:
    static void step(Words& row, const Words& places) {
        std::uint64_t carry = 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::uint64_t matched = row[i] & places[i];
            const std::uint64_t partial = row[i] + matched;
            const std::uint64_t sum = partial + carry;
            carry = (partial < row[i] || sum < partial) ? 1 : 0;
            row[i] = sum | (row[i] - matched);
        }
    }

    std::size_t m_words;
    std::unordered_map<char32_t, Words> m_places;
};

/// As rapidfuzz rounds it: on the way to percent and back.
double likenessOf(std::size_t edits, std::size_t characters) {
    const double distance = characters == 0 ? 0 : static_cast<double>(edits) / static_cast<double>(characters);
    return (1.0 - distance) * 100 / 100.0;
}

std::size_t indelDistance(const CommonLength& common, std::size_t length, std::u32string_view other) {
    return length + other.size() - 2 * common.with(other);
}

/// Of a shorter text in a longer one.
double bestPart(std::u32string_view shorter, std::u32string_view longer) {
    const CommonLength common(shorter);
    const std::size_t size = shorter.size();
    std::size_t best = 2 * size; // of parts as long as the shorter text
    for (std::size_t at = 0; at + size <= longer.size();) {
        const std::size_t edits = indelDistance(common, size, longer.substr(at, size));
        best = std::min(best, edits);
        at += (edits - best) / 2 + 1; // a step to the right changes it by two at most
    }
    double likeness = likenessOf(best, 2 * size);
    for (std::size_t length = 1; length < size && likeness < 1; ++length)
        for (const std::u32string_view part : {longer.substr(0, length), longer.substr(longer.size() - length)})
            likeness = std::max(likeness, likenessOf(indelDistance(common, size, part), size + length));
    return likeness;
}

} // namespace

double likeness(std::u32string_view a, std::u32string_view b) {
    return likenessOf(indelDistance(CommonLength(a), a.size(), b), a.size() + b.size());
}

double partLikeness(std::u32string_view a, std::u32string_view b) {
    if (a.empty() || b.empty())
        return 0;
    if (a.size() == b.size())
        return std::max(bestPart(a, b), bestPart(b, a));
    return a.size() < b.size() ? bestPart(a, b) : bestPart(b, a);
}

namespace {

/// A part of a text that is like the one that is looked for.
struct Match {
    std::size_t edits = 0;
    std::size_t begin = 0;
    std::size_t end = 0;

    bool isBetterThan(const Match& other) const {
        return edits != other.edits ? edits < other.edits : end - begin > other.end - other.begin;
    }
};

/// The best match that ends at each place (Sellers, The theory and computation of evolutionary distances, 1980).
std::vector<Match> matchesByEnd(std::u32string_view wanted, std::u32string_view text, std::size_t most) {
    std::vector<Match> column(wanted.size() + 1); // of each beginning of `wanted`, ending here
    for (std::size_t i = 0; i <= wanted.size(); ++i)
        column[i].edits = i;
    const auto grown = [](Match match, std::size_t edits) { return Match{match.edits + edits, match.begin, 0}; };
    const auto better = [](const Match& a, const Match& b) {
        return std::pair(a.edits, a.begin) < std::pair(b.edits, b.begin) ? a : b;
    };
    std::vector<Match> found;
    for (std::size_t end = 1; end <= text.size(); ++end) {
        Match diagonal = std::exchange(column[0], {0, end, 0});
        for (std::size_t i = 1; i <= wanted.size(); ++i) {
            const Match substituted = grown(diagonal, wanted[i - 1] == text[end - 1] ? 0 : 1);
            diagonal = column[i];
            column[i] = better(substituted, better(grown(column[i - 1], 1), grown(column[i], 1)));
        }
        if (column.back().edits <= most)
            found.push_back({column.back().edits, column.back().begin, end});
    }
    return found;
}

std::vector<std::size_t> exactMatches(std::u32string_view wanted, std::u32string_view text) {
    std::vector<std::size_t> begins;
    for (std::size_t at = text.find(wanted); at != text.npos; at = text.find(wanted, at + 1))
        begins.push_back(at);
    return begins;
}

} // namespace

std::vector<std::size_t> nearMatches(std::u32string_view wanted, std::u32string_view text, std::size_t most) {
    if (most == 0)
        return exactMatches(wanted, text);
    std::vector<std::size_t> begins;
    std::size_t groupEnd = 0;
    Match best;
    for (const Match& match : matchesByEnd(wanted, text, most)) {
        const bool overlaps = !begins.empty() && match.begin < groupEnd;
        groupEnd = match.end;
        if (!overlaps)
            begins.emplace_back();
        if (!overlaps || match.isBetterThan(best))
            best = match;
        begins.back() = best.begin;
    }
    return begins;
}

} // namespace prunescope
