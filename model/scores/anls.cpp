// Average normalised Levenshtein similarity, the score of the DocVQA challenges (Biten et al., Scene Text Visual
// Question Answering, 2019, equation 1): 1 - distance / longer length, and 0 where that is below a half.
#include "model/scores/answer_words.h"
#include "model/scores/score.h"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace prunescope {

namespace {

constexpr double kLeastSimilarity = 0.5;

/// Fewest insertions, deletions and substitutions that make `a` into `b`.
std::size_t editDistance(const std::u32string& a, const std::u32string& b) {
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

double similarity(const std::u32string& given, const std::u32string& expected) {
    const std::size_t longer = std::max(given.size(), expected.size());
    if (longer == 0)
        return 1;
    const double similarity = 1 - static_cast<double>(editDistance(given, expected)) / static_cast<double>(longer);
    return similarity < kLeastSimilarity ? 0 : similarity;
}

Verdict anls(const GivenAnswer& answer) {
    const std::u32string given = comparableWords(answer.text);
    Verdict verdict;
    for (const std::string& expected : answer.expected)
        verdict.score = std::max(verdict.score, similarity(given, comparableWords(expected)));
    return verdict;
}

} // namespace

ScoreEntry anlsScore() {
    return {"anls", "How few letters differ, 0 from half of them on", anls};
}

} // namespace prunescope
