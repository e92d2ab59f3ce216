#pragma once

#include "model/scores/score.h"

#include <optional>
#include <string_view>

namespace prunescope {

/// A point in parts of the picture's sides.
struct PointPart {
    double x = 0;
    double y = 0;
};

/// The point that the toolkit reads in an answer (evaluation spec 6.2): the first "x=NUMBER, y=NUMBER", else (0, 0).
/// Nothing where a number has two dots, which is a format error. Any thread.
std::optional<PointPart> clickedPoint(std::string_view answer);

/// Whether `point` lies in a box, edges inside, of pixels of a picture. False for a picture without a size.
bool liesIn(PointPart point, const PixelBox& box, Size size);

/// Verdict of the toolkit's point against a box of pixels: numbers above 1 are pixels.
Verdict clickVerdict(const GivenAnswer& answer, const PixelBox& box);

} // namespace prunescope
