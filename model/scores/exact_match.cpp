#include "model/scores/answer_words.h"
#include "model/scores/score.h"

namespace prunescope {

namespace {

double exactMatch(const GivenAnswer& answer) {
    return comparableWords(answer.text) == comparableWords(answer.expected) ? 1 : 0;
}

} // namespace

ScoreEntry exactMatchScore() {
    return {"exact_match", "The same words, whatever their case and spacing", exactMatch};
}

} // namespace prunescope
