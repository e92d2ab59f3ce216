#pragma once

#include <string>

namespace prunescope::model {

/// An answer whose places are written with the brackets, commas and colons of Chinese text, "（440，240）" or
/// "x：440，y：240", with those of ASCII instead. All bytes keep their places: what gets shorter is filled with blanks.
/// Anything else that such signs stand in is left as it is.
std::string withAsciiPlaces(std::string answer);

} // namespace prunescope::model
