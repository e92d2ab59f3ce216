#pragma once

#include "core/image/geometry.h"

#include <string>
#include <vector>

namespace prunescope::model {

/// What the four numbers of a box are.
enum class BoxForm {
    Sides,  ///< x, y, width, height
    Corners ///< x1, y1, x2, y2
};

/// A box of a published set in pixels of its picture. Where no number is above 1 they are corners in parts of the
/// sides, whatever the form (evaluation spec 6.1), and `inParts` says so. Throws Error(BadFile) that begins with
/// `where` for a box that is empty or reaches out of the picture.
PixelBox placedBox(const std::vector<double>& numbers, BoxForm form, Size picture, const std::string& where,
                   bool& inParts);

/// A box of ours: x, y, width, height in pixels. Throws likewise, also for parts of the sides; says what would be
/// right.
PixelBox ownBox(const std::vector<double>& numbers, Size picture, const std::string& where);

/// A box of corners in pixels. Throws likewise.
PixelBox cornerBox(const std::vector<double>& numbers, Size picture, const std::string& where);

/// Corners on the scale 0..1000 of a picture.
std::vector<int> thousandthsOf(const PixelBox& box, Size picture);
/// "[410, 220, 470, 260]".
std::string listText(const std::vector<int>& numbers);
/// `{"bbox_2d": [410, 220, 470, 260]}`: a box as models of the Qwen3-VL family answer it.
std::string boxAnswer(const PixelBox& box, Size picture);

/// What notes say of boxes in parts of the sides.
inline constexpr const char* kPartsNote = "boxes are corners in parts of the sides, read as such";

} // namespace prunescope::model
