// Our own rule for open questions of sets that are none of the published ones.
#include "model/scores/plain_answer.h"
#include "model/scores/python_text.h"
#include "model/scores/score.h"

#include <algorithm>

namespace prunescope {

namespace {

Verdict exactMatch(const GivenAnswer& answer) {
    const std::u32string given = comparableWords(withoutReasoning(answer.text));
    const bool same = std::ranges::any_of(
        answer.expected, [&](const std::string& expected) { return given == comparableWords(expected); });
    return {.score = same ? 1.0 : 0.0};
}

} // namespace

ScoreEntry exactMatchScore() {
    return {"exact_match", "The same words, whatever their case and spacing", exactMatch};
}

} // namespace prunescope
