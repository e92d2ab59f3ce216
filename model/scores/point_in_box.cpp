#include "model/scores/score.h"

namespace prunescope {

namespace {

/// Where somebody who follows the answer would click. Right and bottom edges are outside, as of every PixelRect.
double pointInBox(const GivenAnswer& answer) {
    if (!answer.box || !answer.trueBox)
        return 0;
    const double x = (answer.box->left + answer.box->right) / 2;
    const double y = (answer.box->top + answer.box->bottom) / 2;
    const PixelRect& wanted = *answer.trueBox;
    return x >= wanted.x && x < wanted.right() && y >= wanted.y && y < wanted.bottom() ? 1 : 0;
}

} // namespace

ScoreEntry pointInBoxScore() {
    return {"point_in_box", "The centre of the box that is named lies in the true one", pointInBox};
}

} // namespace prunescope
