#include "app/terminal/nearest.h"

#include <algorithm>
#include <numeric>

namespace prunescope::app {

namespace {

/// Damerau-Levenshtein (optimal string alignment): letters added, lost, changed, or two neighbours swapped.
std::size_t editDistance(std::string_view a, std::string_view b) {
    const std::size_t width = b.size() + 1;
    std::vector<std::size_t> before(width), above(width), row(width);
    std::iota(above.begin(), above.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j < width; ++j) {
            const std::size_t changed = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({changed, above[j] + 1, row[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(above);
        above.swap(row);
    }
    return above[b.size()];
}

} // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& names) {
    std::string best;
    std::size_t fewest = std::max<std::size_t>(2, word.size() / 3) + 1; // more than that is another word
    for (const std::string& name : names) {
        const bool begun = word.size() > 3 && name.starts_with(word);
        const std::size_t edits = begun ? 1 : editDistance(word, name);
        if (edits < fewest) {
            fewest = edits;
            best = name;
        }
    }
    return best;
}

} // namespace prunescope::app
