// The letter of an option by rules 1, 2, 4 and 5 of evaluation spec 3.5, which both papers' numbers go by.
#include "model/scores/option_letter.h"

namespace prunescope {

namespace {

Verdict choice(const GivenAnswer& answer) {
    return letterVerdict(optionLetter(answer.text, optionsOf(answer), LetterRules::Papers), rightLetter(answer));
}

} // namespace

ScoreEntry choiceScore() {
    return {"choice", "The letter or the text of the right option (rules of the papers)", choice};
}

} // namespace prunescope
