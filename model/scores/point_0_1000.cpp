// The toolkit's one rule for models that answer in thousandths of the sides (evaluation spec 6.2).
#include "model/scores/clicked_point.h"

namespace prunescope {

namespace {

Verdict pointInThousandths(const GivenAnswer& answer) {
    constexpr double kWhole = 1000;
    const std::optional<PointPart> point = clickedPoint(answer.text);
    if (!point || !answer.trueBox)
        return {.formatError = !point};
    const PointPart part{point->x / kWhole, point->y / kWhole};
    return {.score = liesIn(part, *answer.trueBox, answer.size) ? 1.0 : 0.0};
}

} // namespace

ScoreEntry pointInThousandthsScore() {
    return {"point_0_1000", "x=.., y=.. of the answer, in thousandths, lies in the box", pointInThousandths};
}

} // namespace prunescope
