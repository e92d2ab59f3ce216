#pragma once

#include <string>
#include <string_view>

namespace prunescope {

/// UTF-8 as characters in which case and white space make no difference: letters of Latin, Greek and Cyrillic in lower
/// case, runs of white space one blank, none at the ends. Bytes that are no UTF-8 become U+FFFD, one each.
std::u32string comparableWords(std::string_view text);

} // namespace prunescope
