#pragma once

#include "core/image/geometry.h"
#include "model/values/answer.h"

#include <string>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// What the coordinates of an answer are measured on.
struct PlaceScale {
    PixelRect shown;        ///< the part of the picture that the model saw, in pixels of the original
    Size original;          ///< of the whole picture
    Size units{1000, 1000}; ///< from side to side of that part: thousandths, or the pixels that the model saw
    bool isThousandths() const { return units == Size{1000, 1000}; }
};

/// What an answer says of places.
struct NamedPlaces {
    std::vector<Region> regions;     ///< by how plainly they are said, then in the order of the text
    std::vector<UnreadPlace> unread; ///< in the order of the text
};

/// Boxes and points in an answer, in every notation that models use for them (evaluation spec 6.3; qwen3-vl spec 8.4
/// and 8.5; other-families spec 3.6), from the plainest on:
///   1. tool calls: `coordinate` and its like in arguments, as an object or as text, or in `<parameter=coordinate>`;
///   2. JSON with `bbox_2d`, `bbox`, `point_2d`, `point`, `coordinate`, as models write it (lenient_json.h), lists and
///      tuples of numbers, pairs of corners, numbers as text; `<box>`, `<|box_start|>` with `<ref>`,
///      `<|object_ref_start|>`;
///   3. calls: `click(x=1, y=2)`, `pyautogui.moveTo(1, 2)`, `click(start_box='(1,2)')`;
///   4. `<point>1 2</point>`;
///   5. where none of these is there: `[1, 2, 3, 4]`, `(1, 2)`, `x=1, y=2` and JSON with `x` and `y` or with a key that
///      other things have too. They count where the answer is nothing else, fences and `<answer>` tags aside, or where
///      `asked`: the question asks for a place (`asksForPlace`). Numbers in prose are no places otherwise.
/// Coordinates are on `scale`; all of a place at most 1: parts of a side. They are never guessed by their size. Values
/// more than 1 outside the scale make no region, others are clamped; corners may be in any order. All of them 0 is how
/// models say that there is nothing. Brackets, commas and colons may be those of Chinese text. Never throws; time is
/// linear in the length of the answer.
NamedPlaces parseRegions(const std::string& answer, const PlaceScale& scale, bool asked = false);

/// Whether a question asks for a place on the picture, in English or Chinese.
bool asksForPlace(std::string_view question);

} // namespace prunescope::model
