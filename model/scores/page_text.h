#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace prunescope {

/// Text of a page as olmOCR-bench compares it (evaluation spec 3.8): line ends and white space are one blank, marks of
/// bold and italics are gone, quotes and dashes plain. As there, "a_b_c" becomes "abc". Any thread.
std::u32string pageText(std::u32string_view markdown);

/// The formulas between $$ $$, \( \), \[ \] and $ $, without white space at their ends.
std::vector<std::u32string> formulasOf(std::u32string_view markdown);

} // namespace prunescope
