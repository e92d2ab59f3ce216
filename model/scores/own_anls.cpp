// Our own rule beside the toolkit's `anls`: reasoning is left out, the lengths are those of what is compared, and a
// similarity of a half is 0, as in Biten et al. (Scene Text Visual Question Answering, 2019, equation 1).
#include "model/scores/edit_distance.h"
#include "model/scores/plain_answer.h"
#include "model/scores/python_text.h"
#include "model/scores/score.h"

#include <algorithm>

namespace prunescope {

namespace {

constexpr double kTooLittle = 0.5;

double similarity(const std::u32string& given, const std::u32string& expected) {
    const std::size_t longer = std::max(given.size(), expected.size());
    if (longer == 0)
        return 1;
    const double similarity = 1 - static_cast<double>(editDistance(given, expected)) / static_cast<double>(longer);
    return similarity <= kTooLittle ? 0 : similarity;
}

Verdict ownAnls(const GivenAnswer& answer) {
    const std::u32string given = comparableWords(withoutReasoning(answer.text));
    Verdict verdict;
    for (const std::string& expected : answer.expected)
        verdict.score = std::max(verdict.score, similarity(given, comparableWords(expected)));
    return verdict;
}

} // namespace

ScoreEntry ownAnlsScore() {
    return {"own_anls", "How few letters differ, 0 from half of them on; reasoning left out (own rule)", ownAnls};
}

} // namespace prunescope
