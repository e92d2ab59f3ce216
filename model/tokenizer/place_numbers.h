#pragma once

#include "model/tokenizer/lenient_json.h"

#include <optional>
#include <string_view>
#include <vector>

namespace prunescope::model {

/// Coordinates of one place.
using PlaceNumbers = std::vector<double>;

/// The number that all of `text` is, blanks aside; nothing for infinite ones.
std::optional<double> wholeNumber(std::string_view text);

/// The numbers of a text that holds nothing else but brackets, commas, quotes, blanks and tags of places: "410, 220",
/// "(410,220),(470,260)", "<point>440 240</point>". Nothing for other text, or more than a few hundred numbers.
std::optional<PlaceNumbers> numbersOf(std::string_view text);

/// What a list is to be read as.
enum class PlaceShape { Box, Point, Any };

/// The places that a value lists: `[1, 2]`, `[1, 2, 3, 4]`, corners `[[1, 2], [3, 4]]` (of points: two of them),
/// several
/// `[[1, 2, 3, 4], [5, 6, 7, 8]]`, numbers as text, all of it as text, an object with `x` and `y`, `width` and
/// `height`, `x1` to `y2` or `left` to `bottom`. Counts are not checked. Nothing for a value that holds something else.
std::optional<std::vector<PlaceNumbers>> placesOf(const LenientValue& value, PlaceShape shape);

/// Groups of four where there are that many, else all as one.
std::vector<PlaceNumbers> inBoxes(PlaceNumbers numbers);

} // namespace prunescope::model
