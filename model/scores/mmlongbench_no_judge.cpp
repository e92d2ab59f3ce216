// Our own rule in place of MMLongBench-Doc's judge (evaluation spec 3.6): an answer that says somewhere that the
// question is not answerable means that; any other is taken as it is, without reasoning.
#include "model/scores/document_answer.h"
#include "model/scores/plain_answer.h"
#include "model/scores/python_text.h"

namespace prunescope {

namespace {

Verdict mmlongbenchNoJudge(const GivenAnswer& answer) {
    const std::string_view text = withoutReasoning(answer.text);
    const bool refuses = comparableWords(text).find(comparableWords(kNotAnswerable)) != std::u32string::npos;
    const std::string given(refuses ? kNotAnswerable : text);
    return {.score = documentScore(given, answer), .read = given};
}

} // namespace

ScoreEntry mmlongbenchNoJudgeScore() {
    return {"mmlongbench_no_judge", "By the format of the right answer, or that there is none (own rule)",
            mmlongbenchNoJudge};
}

} // namespace prunescope
