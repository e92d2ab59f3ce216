// As `choice`, with rule 3 of evaluation spec 3.5: "the answer is B" counts wherever it stands.
#include "model/scores/option_letter.h"

namespace prunescope {

namespace {

Verdict choiceNewer(const GivenAnswer& answer) {
    return letterVerdict(optionLetter(answer.text, optionsOf(answer), LetterRules::Newer), rightLetter(answer));
}

} // namespace

ScoreEntry choiceNewerScore() {
    return {"choice_newer", "The letter or the text of the right option (rules of the toolkit since June 2026)",
            choiceNewer};
}

} // namespace prunescope
