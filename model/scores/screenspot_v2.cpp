// ScreenSpot V2 as the papers' toolkit has it (evaluation spec 6.2): edges x .. x+w-1 and y .. y+h-1, inside.
#include "model/scores/clicked_point.h"

namespace prunescope {

namespace {

Verdict screenspotV2(const GivenAnswer& answer) {
    const PixelBox box = answer.trueBox.value_or(PixelBox{});
    if (!answer.trueBox)
        return {};
    return clickVerdict(answer, {box.left, box.top, box.right - 1, box.bottom - 1});
}

} // namespace

ScoreEntry screenspotV2Score() {
    return {"screenspot_v2", "x=.., y=.. of the answer lies in the box, last pixel inside (ScreenSpot V2)",
            screenspotV2};
}

} // namespace prunescope
