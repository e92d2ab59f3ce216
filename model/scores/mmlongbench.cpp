// MMLongBench-Doc (evaluation spec 3.6) with the answer itself in place of what the toolkit's judge cuts out of it: no
// judge, so not the papers' numbers. Reads the fields `answer_format` and `answer`.
#include "model/scores/document_answer.h"

namespace prunescope {

namespace {

Verdict mmlongbench(const GivenAnswer& answer) {
    return {.score = documentScore(answer.text, answer), .read = answer.text};
}

} // namespace

ScoreEntry mmlongbenchScore() {
    return {"mmlongbench", "By the format of the right answer, taken as a judge's extract (MMLongBench-Doc)",
            mmlongbench};
}

} // namespace prunescope
