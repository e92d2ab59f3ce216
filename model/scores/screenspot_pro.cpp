// ScreenSpot-Pro as the papers' toolkit has it (evaluation spec 6.2): edges x1 .. x2 and y1 .. y2, inside.
#include "model/scores/clicked_point.h"

namespace prunescope {

namespace {

Verdict screenspotPro(const GivenAnswer& answer) {
    return answer.trueBox ? clickVerdict(answer, *answer.trueBox) : Verdict{};
}

} // namespace

ScoreEntry screenspotProScore() {
    return {"screenspot_pro", "x=.., y=.. of the answer lies in the box or on its edge (ScreenSpot-Pro)",
            screenspotPro};
}

} // namespace prunescope
