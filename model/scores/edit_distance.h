#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace prunescope {

/// Fewest insertions, deletions and substitutions that make `a` into `b`. Time O(|a| * |b|).
std::size_t editDistance(std::u32string_view a, std::u32string_view b);

/// How alike two texts are, 0 to 1: 1 - (insertions + deletions) / (|a| + |b|), without substitutions. 1 of two empty
/// texts. This is `ratio` of rapidfuzz / 100, with its rounding.
double likeness(std::u32string_view a, std::u32string_view b);
/// The best likeness of the shorter text to any part as long of the longer, or to any shorter beginning or end of it; 0
/// where one is empty. This is `partial_ratio` / 100.
double partLikeness(std::u32string_view a, std::u32string_view b);

/// Where texts that differ from `wanted` by at most `most` edits begin in `text`, one of those that overlap: the one
/// that differs least, then the longest. `wanted` is not empty. Time O(|wanted| * |text|).
std::vector<std::size_t> nearMatches(std::u32string_view wanted, std::u32string_view text, std::size_t most);

} // namespace prunescope
