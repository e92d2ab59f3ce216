#include "model/scores/score.h"

#include <algorithm>

namespace prunescope {

namespace {

double boxIou(const GivenAnswer& answer) {
    if (!answer.box || !answer.trueBox)
        return 0;
    const PixelBox& a = *answer.box;
    const PixelRect& b = *answer.trueBox;
    const double width = std::min<double>(a.right, b.right()) - std::max<double>(a.left, b.x);
    const double height = std::min<double>(a.bottom, b.bottom()) - std::max<double>(a.top, b.y);
    const double common = std::max(0.0, width) * std::max(0.0, height);
    const double all = (a.right - a.left) * (a.bottom - a.top) + static_cast<double>(b.width) * b.height - common;
    return all > 0 ? common / all : 0;
}

} // namespace

ScoreEntry boxIouScore() {
    return {"box_iou", "Common area of both boxes by the area of either", boxIou};
}

} // namespace prunescope
