#include "model/scores/score.h"

namespace prunescope {

namespace {

/// Where somebody who follows the answer would click. Right and bottom edges are outside, as of every PixelRect.
Verdict pointInBox(const GivenAnswer& answer) {
    if (!answer.box || !answer.trueBox)
        return {.formatError = !answer.box};
    const double x = (answer.box->left + answer.box->right) / 2;
    const double y = (answer.box->top + answer.box->bottom) / 2;
    const PixelBox& wanted = *answer.trueBox;
    return {.score = x >= wanted.left && x < wanted.right && y >= wanted.top && y < wanted.bottom ? 1.0 : 0.0};
}

} // namespace

ScoreEntry pointInBoxScore() {
    return {"point_in_box", "The centre of the box that is named lies in the true one", pointInBox};
}

} // namespace prunescope
