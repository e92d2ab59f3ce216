// Average normalised Levenshtein similarity as the papers' toolkit has it (evaluation spec 3.1), for DocVQA and
// InfoVQA. Two of its ways are kept on purpose, so that the numbers are those of the papers: the distance is divided by
// the lengths before case and spacing are evened out, so that blanks around an answer make it milder; and a similarity
// of exactly a half stays, where Biten et al. (Scene Text Visual Question Answering, 2019, equation 1) have 0.
#include "model/scores/edit_distance.h"
#include "model/scores/python_text.h"
#include "model/scores/score.h"

#include <algorithm>

namespace prunescope {

namespace {

constexpr double kLeastSimilarity = 0.5;

double difference(std::u32string_view given, std::u32string_view expected) {
    const std::size_t longer = std::max(upperCaseLength(given), upperCaseLength(expected));
    const std::size_t edits = editDistance(joinedWords(lowerCase(given)), joinedWords(lowerCase(expected)));
    return longer == 0 ? 0 : static_cast<double>(edits) / static_cast<double>(longer);
}

Verdict anls(const GivenAnswer& answer) {
    const std::u32string given = codePoints(answer.text);
    double least = 1;
    for (const std::string& expected : answer.expected)
        least = std::min(least, difference(given, codePoints(expected)));
    const double similarity = 1 - least;
    return {.score = similarity < kLeastSimilarity ? 0 : similarity};
}

} // namespace

ScoreEntry anlsScore() {
    return {"anls", "How few letters differ, 0 below a half of them (ANLS of DocVQA's toolkit)", anls};
}

} // namespace prunescope
