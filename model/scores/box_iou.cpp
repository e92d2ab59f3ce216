#include "model/scores/overlap.h"
#include "model/scores/score.h"

#include <algorithm>

namespace prunescope {

namespace {

Verdict boxIou(const GivenAnswer& answer) {
    if (!answer.box || !answer.trueBox)
        return {.formatError = !answer.box};
    return {.score = overlap(*answer.box, *answer.trueBox)};
}

} // namespace

double overlap(const PixelBox& a, const PixelBox& b) {
    const double width = std::min(a.right, b.right) - std::max(a.left, b.left);
    const double height = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
    const double common = std::max(0.0, width) * std::max(0.0, height);
    const double all = (a.right - a.left) * (a.bottom - a.top) + (b.right - b.left) * (b.bottom - b.top) - common;
    return all > 0 ? common / all : 0;
}

ScoreEntry boxIouScore() {
    return {"box_iou", "Common area of both boxes by the area of either", boxIou};
}

} // namespace prunescope
